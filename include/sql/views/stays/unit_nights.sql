-- title: Listed unit-nights, with what kept them from being let

-- One row per row of listed_nights. taken_by_owner: an owner's stay or block; blocked: any other block.
-- Both may hold.
with owner_nights as (
    select distinct
        tenant,
        unit_id,
        night
    from stay_nights
    where kind = 'owner'
),

block_nights as (
    select
        n.tenant,
        n.unit_id,
        n.night,
        max(case when b.reason = 'owner' then 1 else 0 end) as by_owner,
        max(case when b.reason <> 'owner' then 1 else 0 end) as by_other
    from listed_nights as n
    inner join asset_blocks as b
        on
            n.tenant = b.tenant
            and n.unit_id = b.asset_id
            and n.night >= b."from"
            and n.night < b."to"
    group by n.tenant, n.unit_id, n.night
)

select
    n.tenant,
    n.unit_id,
    n.night,
    o.night is not null or coalesce(b.by_owner, 0) = 1 as taken_by_owner,
    coalesce(b.by_other, 0) = 1 as blocked
from listed_nights as n
left join owner_nights as o
    on n.tenant = o.tenant and n.unit_id = o.unit_id and n.night = o.night
left join block_nights as b
    on n.tenant = b.tenant and n.unit_id = b.unit_id and n.night = b.night
