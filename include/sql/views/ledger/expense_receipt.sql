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
        coalesce(lower(trim(category)) = 'lodging', false) as is_lodging,
        sum(amount) over (
            partition by tenant, entry_id, vendor_key, currency, document_ref is not null
        ) as bought
    from expense_posting
    where amount > 0 and not is_reversed and role is distinct from 'depreciation'
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
where u.is_lodging or u.bought >= m.least_amount
