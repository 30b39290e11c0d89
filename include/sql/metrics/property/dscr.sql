-- title: Debt service coverage (DSCR)
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: stays, general_ledger, chart_of_accounts, bookings?, invoices?, yacht_deliveries?
-- kinds: rental, hotel
-- needs: the stays with their rent, and 6 full months of a general ledger with its chart of accounts
-- formula: net operating income / interest and principal paid, both of the last 12 full months, or of the 6
--   to 11 that there are
-- reference: propertymathpro, debt service coverage ratio
-- owner: finance
select
    currency,
    noi as numerator,
    debt_service as denominator,
    period_start,
    period_end,
    case when missing is null and debt_service = 0 then 'zero_denominator' else missing end as missing,
    case when missing is null and debt_service = 0 then 'no debt was served' else because end as because
from property_sum
