-- title: Nights that units were listed, of the last 12 full months and the running one
-- spared: asset_inventory.listed_to

-- One row per unit and night on which it could be let (listed_from to before listed_to), up to the night of
-- the as-of day.
with listed as (
    select
        a.tenant,
        a.asset_id as unit_id,
        greatest(a.listed_from, p.full_start_12m) as first_night,
        least(coalesce(a.listed_to, p.tomorrow), p.tomorrow) as end_night
    from asset_inventory as a
    cross join period as p
    where a.kind = 'unit' and a.listed_from is not null
),

spread as (
    select
        tenant,
        unit_id,
        first_night,
        unnest(generate_series(1, date_diff('day', first_night, end_night))) as night_no
    from listed
    where first_night < end_night
)

select
    tenant,
    unit_id,
    cast(first_night + cast(night_no - 1 as integer) as date) as night
from spread
