-- title: Nights by day, last 13 weeks
-- inputs: stays, asset_inventory, asset_blocks?
-- columns: tenant: text, night: day, listed: count, sold: count, owner: count, blocked: count, given: count,
--   free: count
-- kinds: rental, hotel
-- needs: the stays, and how many units were listed and since when
-- owner: operations

-- A row per night from the Monday twelve weeks before the as-of day's week, up to the night of the as-of day,
-- on which a unit was listed. sold: of those that were listed; sold, owner's, blocked, given (free of charge)
-- and free nights add up to the listed ones.
with taken as (
    select
        tenant,
        unit_id,
        night,
        max(case when kind = 'guest' then 1 else 0 end) as sold,
        max(case when kind = 'comp' then 1 else 0 end) as given
    from stay_nights
    group by tenant, unit_id, night
),

nights as (
    select
        u.tenant,
        u.night,
        coalesce(t.sold, 0) as sold,
        case when coalesce(t.sold, 0) = 0 and u.taken_by_owner then 1 else 0 end as owner_nights,
        case
            when coalesce(t.sold, 0) = 0 and u.blocked and not u.taken_by_owner then 1 else 0
        end as blocked,
        case
            when coalesce(t.sold, 0) = 0 and t.given = 1 and not u.taken_by_owner and not u.blocked then 1
            else 0
        end as given,
        case when t.night is null and not u.taken_by_owner and not u.blocked then 1 else 0 end as free
    from unit_nights as u
    left join taken as t on u.tenant = t.tenant and u.unit_id = t.unit_id and u.night = t.night
    cross join period as p
    where u.night >= date_trunc('week', p.as_of) - interval 12 week and u.night <= p.as_of
)

select
    tenant,
    night,
    cast(count(*) as bigint) as listed,
    cast(sum(sold) as bigint) as sold,
    cast(sum(owner_nights) as bigint) as owner,
    cast(sum(blocked) as bigint) as blocked,
    cast(sum(given) as bigint) as given,
    cast(sum(free) as bigint) as free
from nights
group by tenant, night
order by tenant asc, night asc
