-- title: Tax collected and not passed on
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts, payments?
-- needs: a general ledger, and a chart of accounts that says which accounts hold tax
-- formula: what stands on the tax accounts of the balance sheet at the end of the as-of day: owed at the
--   opening + collected - remitted, less tax paid on purchases where that has an account; below 0 is paid
--   too much. no_data where customers paid tax apart and the chart has no account for it
-- reference: sales tax payable
-- owner: finance
with accounts as (
    select tenant
    from chart_of_accounts
    where role = 'tax' and type in ('liability', 'asset')
),

unbooked as (
    select string_agg(distinct pay.tenant, ', ' order by pay.tenant) as tenants
    from payments as pay
    cross join period as p
    where
        pay.part = 'tax'
        and pay.amount <> 0
        and pay.received_at < p.as_of_end
        and pay.created_at < p.as_of_end
        and pay.tenant not in (select a.tenant from accounts as a)
),

amounts as (
    select
        currency,
        -amount as amount
    from ledger_line
    where role = 'tax' and type in ('liability', 'asset')
    union all
    select
        currency,
        0 as amount
    from tenant
)

select
    a.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(a.amount) as bigint) as value,
    case when u.tenants is not null then 'no_data' end as missing,
    'tax is collected, and the chart has no account of role tax at ' || u.tenants as because
from amounts as a
cross join period as p
cross join unbooked as u
group by a.currency, p.as_of, u.tenants
