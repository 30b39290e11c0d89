-- title: Net operating income (NOI)
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: stays, general_ledger, chart_of_accounts, bookings?, invoices?, yacht_deliveries?
-- kinds: rental, hotel
-- needs: the stays with their rent, and 6 full months of a general ledger with its chart of accounts
-- formula: what stays and other income earned in the last 12 full months (accrual: rent, cleaning, fees
--   kept) less operating costs posted; interest, principal, depreciation, what was bought for years and
--   owners' draws are out. Vacancy is no cost: it would come off potential rent. With a ledger of n = 6 to
--   11 full months: x 12 / n, marked
-- reference: propertymathpro, net operating income
-- owner: operations
select
    currency,
    noi as numerator,
    2310 as denominator,
    period_start,
    period_end,
    missing,
    because
from property_sum
