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
    d.tenant,
    cast(d.arrived_at at time zone z.name as date) as day,
    1 as units
from yacht_deliveries as d
cross join period as p
cross join zone as z
where
    d.created_at < p.as_of_end
    and d.arrived_at < p.as_of_end
    and d.status not in ('lost', 'aborted')
