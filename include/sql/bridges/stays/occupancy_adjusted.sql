-- title: Why adjusted occupancy moved
-- form: share
-- inputs: stays, asset_inventory, asset_blocks?
-- needs: the stays, and how many units were listed and since when
-- formula: a day: first the units listed, then the nights of the owner and those blocked, at the guest nights
--   of then; then the guest nights of each channel on the nights that were open
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
from unit_nights as u
cross join period as p
where u.night >= p.month_start and u.night <= p.as_of
group by u.tenant
union all
select
    u.tenant,
    'closed' as kind,
    null as channel,
    null as unit,
    null as quantity,
    -count(*) as base
from unit_nights as u
cross join period as p
where u.night >= p.month_start and u.night <= p.as_of and (u.taken_by_owner or u.blocked)
group by u.tenant
