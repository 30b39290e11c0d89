-- title: Average daily rate (ADR)
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: stays
-- kinds: rental, hotel
-- needs: the stays with their rent
-- formula: rent / nights of paying guests, month to date with the night of the as-of day; cleaning, tax and
--   fees are out, and so are cancelled stays and no-shows. It is not the mean of the bookings' rates
-- reference: Key Data, ADR
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
)

select
    currency,
    cast(sum(rent) as bigint) as numerator,
    cast(sum(night) as bigint) as denominator
from nights
group by currency
