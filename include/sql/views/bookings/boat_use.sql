-- title: Days that each boat was out, and days that it could have been, in the month to date
-- spared: bookings.confirmed_at

-- One row per boat: the active boats of the inventory since they were acquired, and whatever else was out.
-- half_days_out: a charter of up to the setting half_day_hours (5) is 1, on its first day; a longer one is 2
-- for each local day that it touches. half_days: twice the days of the month to date, less those of
-- maintenance and lay-up. weather_days and owner_days stand apart and lower nothing; of several blocks on one
-- day maintenance and lay-up go first, then weather.
with trips as (
    select
        b.tenant,
        b.asset_id,
        date_diff('minute', b.starts_at, b.ends_at)
        <= round(cast(coalesce(s.value, '5') as decimal(18, 6)) * 60, 0) as is_half,
        b.start_day >= p.month_start as begins_here,
        date_diff('day', greatest(b.start_day, p.month_start), least(b.last_day, p.as_of)) + 1 as days
    from bookings_as_of as b
    cross join period as p
    left join tenant_setting as s on b.tenant = s.tenant and s.name = 'half_day_hours'
    where
        b.status in ('confirmed', 'completed')
        and b.asset_id is not null
        and b.start_day <= p.as_of
        and b.last_day >= p.month_start
),

outings as (
    select
        tenant,
        asset_id,
        cast(
            sum(case when not is_half then 2 * days when begins_here then 1 else 0 end) as bigint
        ) as half_days_out,
        count(*) as trips
    from trips
    group by tenant, asset_id
),

active as (
    select
        a.tenant,
        a.asset_id,
        greatest(a.acquired_on, p.month_start) as first_day
    from asset_inventory as a
    cross join period as p
    where
        a.kind = 'boat'
        and a.state = 'active'
        and a.acquired_on <= p.as_of
        and a.created_at < p.as_of_end
),

boats as (
    select
        tenant,
        asset_id,
        first_day
    from active
    union all
    select
        o.tenant,
        o.asset_id,
        p.month_start as first_day
    from outings as o
    cross join period as p
    left join active as a on o.tenant = a.tenant and o.asset_id = a.asset_id
    where a.asset_id is null
),

days as (
    select
        b.tenant,
        b.asset_id,
        unnest(generate_series(b.first_day, p.as_of, interval 1 day)) as day
    from boats as b
    cross join period as p
),

blocked as (
    select
        d.tenant,
        d.asset_id,
        d.day,
        min(
            case k.reason
                when 'maintenance' then 1 when 'laid_up' then 1 when 'weather' then 2 when 'owner' then 3
            end
        ) as reason_no
    from days as d
    cross join period as p
    left join asset_blocks as k
        on
            d.tenant = k.tenant
            and d.asset_id = k.asset_id
            and d.day >= k."from"
            and d.day < k."to"
            and p.as_of_end > k.created_at
    group by d.tenant, d.asset_id, d.day
),

counted as (
    select
        tenant,
        asset_id,
        count(*) as days,
        count(case when reason_no = 1 then 1 end) as days_off,
        count(case when reason_no = 2 then 1 end) as weather_days,
        count(case when reason_no = 3 then 1 end) as owner_days
    from blocked
    group by tenant, asset_id
)

select
    c.tenant,
    c.asset_id,
    c.days,
    c.days_off,
    c.weather_days,
    c.owner_days,
    coalesce(o.trips, 0) as trips,
    coalesce(o.half_days_out, 0) as half_days_out,
    2 * (c.days - c.days_off) as half_days,
    coalesce(o.half_days_out, 0) > 2 * (c.days - c.days_off) as is_overbooked
from counted as c
left join outings as o on c.tenant = o.tenant and c.asset_id = o.asset_id
