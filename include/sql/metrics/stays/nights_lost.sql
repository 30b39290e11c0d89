-- title: Nights lost to cancellations
-- unit: count
-- better: down
-- grain: tenant, scope
-- inputs: stays
-- kinds: rental
-- needs: the stays with when each was cancelled
-- formula: unit-nights of the month to date, with the night of the as-of day, that a paying guest had booked
--   and cancelled and that nobody else took; a night that was cancelled twice is lost once. No-shows are out
-- reference: Key Data, lost nights
-- owner: operations
with cancelled as (
    select
        tenant,
        unit_id,
        check_in,
        unnest(generate_series(1, nights)) as night_no
    from stays_as_of
    where kind = 'guest' and status = 'cancelled' and nights > 0
),

cancelled_nights as (
    select distinct
        tenant,
        unit_id,
        cast(check_in + cast(night_no - 1 as integer) as date) as night
    from cancelled
),

lost as (
    select
        c.tenant,
        c.unit_id,
        c.night
    from cancelled_nights as c
    left join stay_nights as s
        on c.tenant = s.tenant and c.unit_id = s.unit_id and c.night = s.night
    where s.night is null
)

select count(l.night) as value
from period as p
left join lost as l
    on p.month_start <= l.night and p.as_of >= l.night
