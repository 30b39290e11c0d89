-- title: ADR after commission
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: stays
-- kinds: rental, hotel
-- needs: the stays with their rent and the agencies' commission
-- formula: (rent - commission) / nights of paying guests, month to date with the night of the as-of day;
--   a stay's commission is spread over its nights as its rent is
-- reference: Key Data, net ADR
-- owner: operations
with nights as (
    select
        s.currency,
        s.rent - s.commission as net_rent,
        1 as night
    from stay_nights as s
    cross join period as p
    where s.kind = 'guest' and s.night >= p.month_start and s.night <= p.as_of
    union all
    select
        currency,
        0 as net_rent,
        0 as night
    from tenant
)

select
    currency,
    cast(sum(net_rent) as bigint) as numerator,
    cast(sum(night) as bigint) as denominator
from nights
group by currency
