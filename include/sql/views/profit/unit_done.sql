-- title: Units done, by day

-- Charters, events and hauls on their last day, guest nights, deliveries on arrival. A
-- booking under the number of a stay is done by its nights.

select
    b.tenant,
    b.last_day as day,
    1 as units
from bookings_as_of as b
left join stays_as_of as s on b.tenant = s.tenant and b.booking_id = s.stay_id
where b.status = 'completed' and s.stay_id is null
union all
select
    n.tenant,
    n.night as day,
    1 as units
from stay_nights as n
cross join period as p
where n.kind = 'guest' and n.night <= p.as_of
union all
select
    tenant,
    arrived_day as day,
    1 as units
from deliveries_as_of
where arrived_day is not null
