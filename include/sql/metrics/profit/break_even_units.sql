-- title: Break-even, units a month
-- unit: units
-- better: down
-- grain: tenant
-- inputs: general_ledger, chart_of_accounts, bookings | stays | invoices | yacht_deliveries
-- needs: a general ledger, a chart of accounts that tells fixed from variable costs, and what was sold
-- formula: ceil(fixed_costs / contribution_per_unit), in integers
-- reference: cost-volume-profit analysis
-- owner: finance
select
    b.currency,
    b.units_needed as value,
    b.missing,
    b.because,
    coalesce(b.first_day, p.full_start_12m) as period_start,
    p.full_end - 1 as period_end
from break_even_unit as b
cross join period as p
