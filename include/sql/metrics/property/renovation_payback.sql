-- title: Payback of renovations
-- unit: years
-- better: down
-- grain: tenant, scope
-- inputs: projects, asset_inventory, stays, general_ledger, chart_of_accounts, asset_blocks?, bookings?,
--   invoices?, yacht_deliveries?
-- kinds: rental, hotel
-- needs: the projects done on a unit with cost and days, the stays, and a general ledger with its chart of
--   accounts from before the work
-- formula: (cost + rent lost) / a year's gain in net operating income, of the projects done: the inverse of
--   the return on renovations. A gain of 0 or less: not_reached
-- reference: propertymathpro, payback
-- owner: operations
select
    currency,
    cast(spent * 2310 as hugeint) as numerator,
    gain as denominator,
    period_start,
    period_end,
    missing,
    because
from renovation_sum
