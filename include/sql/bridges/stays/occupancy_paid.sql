-- title: Why paid occupancy moved
-- form: share
-- inputs: stays, asset_inventory
-- needs: the stays, and how many units were listed and since when
-- formula: a day: first the units listed, at the guest nights of then, then the guest nights of each channel
--   on the units of now
select
    tenant,
    'guest' as kind,
    channel,
    unit,
    nights as quantity,
    0 as base
from guest_part
union all
select
    u.tenant,
    'listed' as kind,
    null as channel,
    null as unit,
    null as quantity,
    count(*) as base
from listed_nights as u
cross join period as p
where u.night >= p.month_start and u.night <= p.as_of
group by u.tenant
