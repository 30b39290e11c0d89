-- title: Contribution per unit
-- unit: money
-- better: up
-- grain: tenant
-- inputs: general_ledger, chart_of_accounts, bookings | stays | invoices | yacht_deliveries
-- needs: a general ledger, a chart of accounts that tells fixed from variable costs, and what was sold
-- formula: (revenue recognised - variable costs with commissions) / units done, last 12 full months; without
--   a unit done the plan (settings plan_price less plan_variable_cost), which is said
-- reference: cost-volume-profit analysis
-- owner: finance
select
    u.currency,
    u.numerator,
    u.denominator,
    u.missing,
    u.because,
    coalesce(u.first_day, p.full_start_12m) as period_start,
    p.full_end - 1 as period_end
from unit_contribution as u
cross join period as p
