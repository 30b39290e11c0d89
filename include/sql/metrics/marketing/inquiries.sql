-- title: Inquiries
-- unit: count
-- better: up
-- grain: tenant, scope
-- inputs: bookings
-- kinds: charter, event, hauling, hotel
-- needs: the list of bookings with every inquiry, also those that came to nothing
-- formula: inquiries received in the month to date; every row of the bookings is one
-- reference: common use
-- owner: marketing
select count(b.booking_id) as value
from period as p
cross join zone as z
left join bookings_as_of as b on p.month_start <= cast(b.created_at at time zone z.name as date)
