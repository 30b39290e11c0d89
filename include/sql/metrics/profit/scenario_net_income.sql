-- title: Net income a month if the worst single driver moves
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts, bookings | stays | invoices | yacht_deliveries
-- needs: a general ledger with 3 full months, a chart of accounts that tells fixed from variable costs, and
--   what was sold
-- formula: mean net income of the last 12 full months, with price (revenue less commission), volume
--   (contribution) or fixed cost moved by the setting scenario_percent (10): the lowest of the six
-- reference: cost-volume-profit analysis
-- owner: finance
with ranked as (
    select
        *,
        row_number() over (partition by currency order by net_income, place, direction) as place_from_below
    from scenario
)

select
    r.currency,
    r.net_income as numerator,
    r.scale as denominator,
    p.full_start_12m as period_start,
    p.full_end - 1 as period_end,
    case when r.tenants = 0 then 'no_history' end as missing,
    case
        when r.tenants = 0 then 'fewer than 3 full months'
        else r.driver || case when r.direction < 0 then ' down' when r.direction > 0 then ' up' else '' end
    end as because
from ranked as r
cross join period as p
where r.place_from_below = 1
