-- title: Confirmed pipeline
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: bookings
-- kinds: charter, event, hauling, hotel
-- spared: bookings.confirmed_at
-- needs: the list of bookings with their status, start and price
-- formula: sum of the prices (after discount, without tax and tip) of bookings that stand confirmed at the
--   end of the as-of day and start on a later local day; with none it is a true 0
-- reference: revenue management, business on the books
-- owner: sales
with amounts as (
    select
        b.currency,
        b.price as amount
    from bookings_as_of as b
    cross join period as p
    where b.status = 'confirmed' and b.start_day > p.as_of
    union all
    select
        currency,
        0 as amount
    from tenant
)

select
    a.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(a.amount) as bigint) as value
from amounts as a
cross join period as p
group by a.currency, p.as_of
