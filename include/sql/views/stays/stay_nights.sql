-- title: Nights for which a unit was taken

-- One row per night [check_in, check_out) of each stay that takes its unit (guest, owner or comp), past the
-- as-of day too. rent and commission are the night's part of the stay's, in whole minor units: the parts
-- add up to the stay's sum exactly, whichever nights fall in which month.
with spread as (
    select
        *,
        unnest(generate_series(1, nights)) as night_no
    from stays_as_of
    where occupies and nights > 0
),

summed as (
    select
        *,
        cast(check_in + cast(night_no - 1 as integer) as date) as night,
        rent * night_no as rent_to,
        rent * (night_no - 1) as rent_from,
        coalesce(commission, 0) * night_no as commission_to,
        coalesce(commission, 0) * (night_no - 1) as commission_from
    from spread
)

select
    tenant,
    stay_id,
    unit_id,
    kind,
    channel,
    night,
    currency,
    (rent_to - rent_to % nights) // nights - (rent_from - rent_from % nights) // nights as rent,
    (commission_to - commission_to % nights) // nights
    - (commission_from - commission_from % nights) // nights as commission
from summed
