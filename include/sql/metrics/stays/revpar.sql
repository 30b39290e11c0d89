-- title: Revenue per available unit-night (RevPAR)
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: stays, asset_inventory
-- kinds: rental, hotel
-- needs: the stays with their rent, and how many units were listed and since when
-- formula: rent of paying guests / listed unit-nights, month to date with the night of the as-of day; equals
--   ADR x paid occupancy
-- reference: Key Data, RevPAR
-- owner: operations
with nights as (
    select
        s.currency,
        s.rent,
        1 as night
    from stay_nights as s
    cross join period as p
    where s.kind = 'guest' and s.night >= p.month_start and s.night <= p.as_of
    union all
    select
        currency,
        0 as rent,
        0 as night
    from tenant
),

listed as (
    select count(u.unit_id) as unit_nights
    from period as p
    left join listed_nights as u
        on p.month_start <= u.night and p.as_of >= u.night
),

sums as (
    select
        n.currency,
        l.unit_nights,
        cast(sum(n.rent) as bigint) as rent,
        cast(sum(n.night) as bigint) as guest_nights
    from nights as n
    cross join listed as l
    group by n.currency, l.unit_nights
)

select
    currency,
    rent as numerator,
    unit_nights as denominator,
    case
        when unit_nights = 0 and guest_nights > 0 then 'no_data'
        when guest_nights > unit_nights then 'quality'
    end as missing,
    case
        when unit_nights = 0 and guest_nights > 0
            then 'guests stayed, but no unit is listed for those nights'
        when guest_nights > unit_nights
            then guest_nights || ' guest nights on ' || unit_nights || ' listed unit-nights'
    end as because
from sums
