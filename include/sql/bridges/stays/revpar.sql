-- title: Why RevPAR moved
-- form: yield
-- inputs: stays, asset_inventory
-- needs: the stays with their rent, and how many units were listed and since when
-- formula: RevPAR is ADR x occupancy: first the change of occupancy at the ADR of then, then that of ADR
--   (rate and mix, as in its own bridge) at the occupancy of now
select
    tenant,
    currency,
    'guest' as kind,
    channel,
    unit,
    rent as amount,
    nights as quantity,
    0 as base
from guest_part
union all
select
    u.tenant,
    null as currency,
    'listed' as kind,
    null as channel,
    null as unit,
    0 as amount,
    null as quantity,
    count(*) as base
from listed_nights as u
cross join period as p
where u.night >= p.month_start and u.night <= p.as_of
group by u.tenant
