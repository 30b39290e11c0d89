-- title: Contribution ratio
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts, bookings | stays | invoices | yacht_deliveries
-- needs: a general ledger, a chart of accounts that tells fixed from variable costs, and what was sold
-- formula: (revenue recognised - variable costs with commissions) / revenue recognised, last 12 full months
-- reference: cost-volume-profit analysis
-- owner: finance
select
    m.currency,
    m.contribution as numerator,
    m.revenue as denominator,
    coalesce(m.first_day, p.full_start_12m) as period_start,
    p.full_end - 1 as period_end,
    case when m.tenants = 0 then 'no_history' when m.revenue = 0 then 'zero_denominator' end as missing,
    case
        when m.tenants > 0 and m.revenue = 0 then 'no revenue'
        when m.tenants = 0 then 'fewer than 3 full months'
        when m.young is not null then 'without ' || m.young || ': fewer than 3 full months'
        when m.fewest_months < 12 then 'mean of ' || m.fewest_months || ' months'
    end as because
from profit_month as m
cross join period as p
