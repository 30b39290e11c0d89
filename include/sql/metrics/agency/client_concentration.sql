-- title: Largest client's share of revenue
-- unit: ratio
-- better: down
-- grain: tenant, scope
-- inputs: invoices, bookings?, stays?, yacht_deliveries?
-- kinds: agency
-- needs: the invoices with client, period and amount
-- formula: revenue recognised from the largest client's invoices / that of all clients, in the month to date,
--   without tax, credits deducted; clients with a negative sum are out of both
-- reference: concentration
-- owner: sales
with tenths as (
    select
        *,
        case when year_whole > 0 then (2000 * year_top + year_whole) // (2 * year_whole) end as year_tenths
    from revenue_concentration
)

select
    currency,
    month_top as numerator,
    month_whole as denominator,
    case
        when month_whole = 0 then told
        when year_whole = 0 then told || '12 full months: nothing earned'
        else told || '12 full months: ' || (year_tenths // 10) || '.' || (year_tenths % 10) || ' %'
    end as because
from tenths
