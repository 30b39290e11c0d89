-- title: What books need to be closed, ten checks for each tenant
-- spared: general_ledger.vendor, general_ledger.document_ref, general_ledger.opening,
--   asset_inventory.category

-- place: the order of the checks; need: what it asks for. What can't be shown is not met: no statement, no
-- asset in the register, no receipt named. One accounting system in the scope serves all of its tenants.
with unmapped as (
    select distinct tenant
    from ledger_day
    where is_unmapped
),

opened as (
    select distinct tenant
    from ledger_day
    where is_opening
),

reconciled as (
    select tenant
    from cash_statement
    group by tenant
    having max(case when problem is null and difference = 0 then 0 else 1 end) = 0
),

receipts as (
    select
        r.tenant,
        count(*) as needed,
        count(case when r.has_receipt then 1 end) as present
    from expense_receipt as r
    cross join period as p
    where r.posted_on >= p.full_start_12m
    group by r.tenant
),

suspense as (
    select tenant
    from ledger_day
    where role = 'suspense'
    group by tenant, account, currency
    having sum(amount) <> 0
),

roles as (
    select
        tenant,
        max(case when role = 'receivable' then 1 else 0 end) = 1 as has_receivable,
        max(case when role = 'deferred' then 1 else 0 end) = 1 as has_deferred
    from chart_of_accounts
    group by tenant
),

registered as (
    select distinct tenant
    from assets_as_of
),

systems as (
    select count(*) as active
    from assets_as_of
    where state = 'active' and lower(trim(category)) = 'accounting'
),

checked as (
    select
        t.tenant,
        t.tenant not in (select u.tenant from unmapped as u) as is_mapped,
        t.tenant in (select o.tenant from opened as o) as is_opened,
        t.tenant not in (select b.tenant from unbalanced_entry as b) as is_balanced,
        t.tenant in (select r.tenant from reconciled as r) as is_reconciled,
        coalesce(100 * q.present >= 95 * q.needed, true) as has_receipts,
        t.tenant not in (select s.tenant from suspense as s) as is_sorted,
        coalesce(k.has_receivable, false) as has_receivable,
        coalesce(k.has_deferred, false) as has_deferred,
        t.tenant in (select g.tenant from registered as g) as has_register,
        y.active > 0 as has_system
    from tenant as t
    cross join systems as y
    left join receipts as q on t.tenant = q.tenant
    left join roles as k on t.tenant = k.tenant
)

select
    c.tenant,
    n.place,
    n.need,
    case n.place
        when 1 then c.is_mapped
        when 2 then c.is_opened
        when 3 then c.is_balanced
        when 4 then c.is_reconciled
        when 5 then c.has_receipts
        when 6 then c.is_sorted
        when 7 then c.has_receivable
        when 8 then c.has_deferred
        when 9 then c.has_register
        else c.has_system
    end as is_met
from checked as c
cross join
    (
        values
        (1, 'every account in use is in the chart'),
        (2, 'an opening entry'),
        (3, 'entries that balance'),
        (4, 'cash that agrees with recent bank statements'),
        (5, 'receipts for 95 % of the expenses that need one'),
        (6, 'nothing left on suspense accounts'),
        (7, 'an account for receivables'),
        (8, 'an account for deferred revenue'),
        (9, 'a register of assets'),
        (10, 'an accounting system')
    ) as n (place, need)
