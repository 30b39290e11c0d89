-- title: Cash available
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts, cash_accounts, bookings?, stays?, invoices?, yacht_deliveries?,
--   payments?
-- needs: a general ledger with its opening entry, a chart of accounts, and which cash accounts are restricted
-- formula: cash less the larger of the cash in restricted accounts and what is owed to customers (deferred
--   revenue and refundable deposits), for each business
-- reference: ASC 230-10-50-7, ASC 606-10-45-2
-- owner: finance
with amounts as (
    select
        currency,
        available as amount
    from cash_position
    where months_back = -1
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
    case when g.tenants is not null then 'no_data' end as missing,
    'no opening entry in the ledger of ' || g.tenants as because
from amounts as a
cross join period as p
cross join opening_gap as g
group by a.currency, p.as_of, g.tenants
