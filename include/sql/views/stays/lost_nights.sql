-- title: Unit-nights that paying guests had booked and cancelled, and that nobody else took

-- One row per unit and night, past the as-of day too: a night that was cancelled twice is lost once, at the
-- price of the last one to cancel. rent is the night's part of the stay's, in whole minor units that add up
-- to it.
with spread as (
    select
        *,
        unnest(generate_series(1, nights)) as night_no
    from stays_as_of
    where kind = 'guest' and status = 'cancelled' and nights > 0
),

cancelled as (
    select
        tenant,
        unit_id,
        currency,
        cast(check_in + cast(night_no - 1 as integer) as date) as night,
        rent * night_no // nights - rent * (night_no - 1) // nights as rent,
        row_number() over (
            partition by tenant, unit_id, cast(check_in + cast(night_no - 1 as integer) as date)
            order by cancelled_at desc nulls last, stay_id desc
        ) as place
    from spread
)

select
    c.tenant,
    c.unit_id,
    c.night,
    c.currency,
    c.rent
from cancelled as c
left join stay_nights as s
    on c.tenant = s.tenant and c.unit_id = s.unit_id and c.night = s.night
where c.place = 1 and s.night is null
