-- title: Expenses that need a receipt, and whether they name one

-- A receipt is needed from the setting receipt_needed_from on (75 of the currency's major unit) and for
-- lodging of any amount. What lacks a document is added up by entry and vendor first: two lines of one
-- purchase are one purchase. Depreciation has no receipt, nor has what was taken back.
with limits as (
    select
        t.tenant,
        cast(cast(coalesce(s.value, '75') as decimal(18, 4)) * t.minor_units as bigint) as least_amount
    from tenant as t
    left join tenant_setting as s on t.tenant = s.tenant and s.name = 'receipt_needed_from'
),

purchase as (
    select
        *,
        document_ref is not null as has_receipt,
        coalesce(lower(trim(category)) = 'lodging', false) as is_lodging
    from expense_posting
    where amount > 0 and not is_reversed and role is distinct from 'depreciation'
),

several_lines as (
    select
        tenant,
        entry_id,
        vendor_key,
        currency,
        has_receipt,
        sum(amount) as bought
    from purchase
    group by tenant, entry_id, vendor_key, currency, has_receipt
    having count(*) > 1
)

select
    u.tenant,
    u.entry_id,
    u.line,
    u.posted_on,
    u.account,
    u.name,
    u.vendor,
    u.currency,
    u.amount,
    u.has_receipt,
    u.is_lodging
from purchase as u
inner join limits as m on u.tenant = m.tenant
left join several_lines as s
    on
        u.tenant = s.tenant
        and u.entry_id = s.entry_id
        and u.vendor_key is not distinct from s.vendor_key
        and u.currency = s.currency
        and u.has_receipt = s.has_receipt
where u.is_lodging or coalesce(s.bought, u.amount) >= m.least_amount
