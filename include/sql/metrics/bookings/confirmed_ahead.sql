-- title: Confirmed bookings ahead
-- unit: count
-- better: up
-- grain: tenant, scope
-- inputs: bookings
-- kinds: charter, event, hauling, hotel
-- spared: bookings.confirmed_at
-- needs: the list of bookings with their status and start
-- formula: bookings that stand confirmed at the end of the as-of day and start on a later local day; with
--   none it is a true 0
-- reference: revenue management, business on the books
-- owner: sales
select
    p.as_of as period_start,
    p.as_of as period_end,
    count(b.booking_id) as value
from period as p
left join bookings_as_of as b
    on b.status = 'confirmed' and p.as_of < b.start_day
group by p.as_of
