-- title: Revenue recognised
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: bookings | stays | invoices | yacht_deliveries
-- needs: bookings, stays, invoices or yacht deliveries with their prices and days
-- formula: price (after discount, without tax and tip, gross of commission) x days done / days, in the month
--   to date; a haul or event on its day, a stay by night with its cleaning, a retainer over its period, a
--   delivery by days under way; a fee kept on the day of the cancellation or no-show
-- reference: ASC 606-10-25-31..37, 606-10-55-36
-- owner: finance
with amounts as (
    select
        r.currency,
        r.amount
    from revenue_by_day as r
    cross join period as p
    where r.day >= p.month_start
    union all
    select
        currency,
        0 as amount
    from tenant
)

select
    currency,
    cast(sum(amount) as bigint) as value
from amounts
group by currency
