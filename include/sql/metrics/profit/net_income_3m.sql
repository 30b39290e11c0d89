-- title: Net income, mean of 3 months
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts, bookings | stays | invoices | yacht_deliveries
-- needs: a general ledger, a chart of accounts, and what was sold
-- formula: (revenue recognised - expense lines posted) of the last 3 full months / 3
-- reference: ASC 225-10
-- owner: finance
with amounts as (
    select
        r.currency,
        r.amount
    from profit_by_day as r
    cross join period as p
    where r.day >= p.full_start_3m and r.day < p.full_end
    union all
    select
        currency,
        0 as amount
    from tenant
),

history as (
    select coalesce(max(months), 0) as months
    from ledger_history
)

select
    a.currency,
    cast(sum(a.amount) as bigint) as numerator,
    3 as denominator,
    p.full_start_3m as period_start,
    p.full_end - 1 as period_end,
    case when h.months < 3 then 'no_history' end as missing,
    case when h.months < 3 then 'fewer than 3 full months' end as because
from amounts as a
cross join period as p
cross join history as h
group by a.currency, p.full_start_3m, p.full_end, h.months
