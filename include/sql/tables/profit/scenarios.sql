-- title: What one driver changes
-- inputs: general_ledger, chart_of_accounts, bookings | stays | invoices | yacht_deliveries
-- columns: driver: text, change: ratio, currency: text, net_income: money, difference: money
-- needs: a general ledger with 3 full months, a chart of accounts that tells fixed from variable costs, and
--   what was sold
-- owner: finance
select
    driver,
    change_percent as change_numerator,
    100 as change_denominator,
    currency,
    net_income as net_income_numerator,
    scale as net_income_denominator,
    difference as difference_numerator,
    scale as difference_denominator
from scenario
where tenants > 0
order by currency, place, direction
