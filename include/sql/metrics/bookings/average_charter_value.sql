-- title: Average charter value
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: bookings
-- kinds: charter, event
-- spared: bookings.confirmed_at
-- needs: the list of bookings with status, end and price
-- formula: sum of prices (after discount, without tax and tip) / charters done, of those whose last day lies
--   in the month to date
-- reference: revenue management
-- owner: sales
with charters as (
    select
        b.currency,
        b.price,
        1 as done
    from bookings_as_of as b
    cross join period as p
    where
        b.status = 'completed'
        and b.last_day >= p.month_start
        and b.last_day <= p.as_of
    union all
    select
        currency,
        0 as price,
        0 as done
    from tenant
)

select
    currency,
    cast(sum(price) as bigint) as numerator,
    cast(sum(done) as bigint) as denominator
from charters
group by currency
