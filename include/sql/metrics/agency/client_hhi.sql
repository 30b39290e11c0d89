-- title: Concentration of clients (HHI)
-- unit: score
-- better: down
-- grain: tenant, scope
-- inputs: invoices, bookings?, stays?, yacht_deliveries?
-- kinds: agency
-- needs: the invoices with client, period and amount
-- formula: sum over the clients of (share of the revenue recognised from invoices in the month to date, in %)
--   squared, 10,000 with a single client; more than 1,800 is high; clients with a negative sum are out
-- reference: DOJ and FTC Merger Guidelines 2023, 2.1
-- owner: sales
with rounded as (
    select
        *,
        case
            when year_whole > 0
                then (20000 * year_squares + year_whole * year_whole) // (2 * year_whole * year_whole)
        end as year_hhi
    from revenue_concentration
)

select
    currency,
    10000 * month_squares as numerator,
    month_whole * month_whole as denominator,
    case
        when month_whole = 0 then told
        when year_whole = 0 then told || '12 full months: nothing earned'
        else told || '12 full months: ' || year_hhi
    end as because
from rounded
