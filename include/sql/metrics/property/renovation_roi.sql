-- title: Return on renovations (a year)
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: projects, asset_inventory, stays, general_ledger, chart_of_accounts, asset_blocks?, bookings?,
--   invoices?, yacht_deliveries?
-- kinds: rental, hotel
-- needs: the projects done on a unit with cost and days, the stays, and a general ledger with its chart of
--   accounts from before the work
-- formula: (net operating income of the unit in the first 12 full months after the work - in the same
--   months before it) / (cost + rent lost), of the projects done; rent lost = nights blocked for the
--   project x the unit's ADR of the 12 months before. With n < 12 months after: the same months compared, x
--   12 / n, marked early. A gain of 0 or less: not_reached
-- reference: propertymathpro, return on renovation
-- owner: operations
select
    currency,
    gain as numerator,
    cast(spent * 2310 as hugeint) as denominator,
    period_start,
    period_end,
    missing,
    because
from renovation_sum
