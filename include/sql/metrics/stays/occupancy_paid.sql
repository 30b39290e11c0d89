-- title: Occupancy, paid
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: stays, asset_inventory
-- kinds: rental, hotel
-- needs: the stays, and how many units were listed and since when
-- formula: nights of paying guests / listed unit-nights, month to date with the night of the as-of day. The
--   night of departure, cancelled stays, no-shows, owners and guests free of charge are out. Above 1 the
--   stays and the list of units contradict each other: quality
-- reference: Key Data, paid occupancy
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
            from listed_nights as u
            cross join period as p
            where u.night >= p.month_start and u.night <= p.as_of
        ) as nights_listed
)

select
    guest_nights as numerator,
    nights_listed as denominator,
    case
        when nights_listed = 0 and guest_nights > 0 then 'no_data'
        when guest_nights > nights_listed then 'quality'
    end as missing,
    case
        when nights_listed = 0 and guest_nights > 0
            then 'guests stayed, but no unit is listed for those nights'
        when guest_nights > nights_listed
            then guest_nights || ' guest nights on ' || nights_listed || ' listed unit-nights'
    end as because
from counts
