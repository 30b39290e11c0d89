-- title: All stays of paying guests that have begun
-- inputs: stays
-- columns: tenant: text, stays: count, nights: count, rent: money, adr: money, average_stay: days
-- kinds: rental, hotel
-- needs: the stays with their rent
-- owner: operations

-- Whole stays, with the nights past the as-of day too.
with begun as (
    select
        s.tenant,
        s.currency,
        cast(sum(s.nights) as bigint) as nights,
        cast(sum(s.rent) as bigint) as rent,
        count(*) as stays
    from stays_as_of as s
    cross join period as p
    where s.kind = 'guest' and s.occupies and s.check_in <= p.as_of
    group by s.tenant, s.currency
)

select
    tenant,
    currency,
    stays,
    nights,
    rent,
    rent as adr_numerator,
    nights as adr_denominator,
    nights as average_stay_numerator,
    stays as average_stay_denominator
from begun
order by tenant asc, currency asc
