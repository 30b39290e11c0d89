-- title: Why revenue moved
-- form: sum
-- inputs: bookings | stays | invoices | yacht_deliveries
-- needs: bookings, stays, invoices or yacht deliveries with their prices and days
-- formula: of each business first volume (units done x the mean price of then), then mix (of channels, at
--   their prices of then), then price (at the units of now); fees kept and credits are parts of their own
select
    tenant,
    currency,
    kind,
    channel,
    noun,
    quantity_numerator,
    quantity_denominator,
    amount
from revenue_part
