-- title: Occupancy, adjusted
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: stays, asset_inventory, asset_blocks?
-- kinds: rental, hotel
-- needs: the stays, and how many units were listed and since when
-- formula: nights of paying guests / (listed unit-nights - nights of the owner - nights blocked), month to
--   date with the night of the as-of day; a night that is both the owner's and blocked is taken off once.
--   Above 1 the stays and the blocks contradict each other: quality
-- reference: Key Data, adjusted paid occupancy
-- owner: operations
with counts as (
    select
        (
            select count(*)
            from stay_nights as s
            cross join period as p
            where s.kind = 'guest' and s.night >= p.month_start and s.night <= p.as_of
        ) as guest_nights,
        (
            select count(*)
            from unit_nights as u
            cross join period as p
            where u.night >= p.month_start and u.night <= p.as_of
        ) as nights_listed,
        (
            select count(*)
            from unit_nights as u
            cross join period as p
            where
                u.night >= p.month_start
                and u.night <= p.as_of
                and not u.taken_by_owner
                and not u.blocked
        ) as open_nights
)

select
    guest_nights as numerator,
    open_nights as denominator,
    case
        when nights_listed = 0 and guest_nights > 0 then 'no_data'
        when guest_nights > open_nights then 'quality'
    end as missing,
    case
        when nights_listed = 0 and guest_nights > 0
            then 'guests stayed, but no unit is listed for those nights'
        when guest_nights > open_nights
            then guest_nights || ' guest nights on ' || open_nights || ' unit-nights that were open'
    end as because
from counts
