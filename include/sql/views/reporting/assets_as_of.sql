-- title: Assets held at the end of the as-of day, with their value, cost and last use
-- spared: asset_inventory.value_on, asset_inventory.basis, bookings.confirmed_at, bookings.asset_id

-- Sold assets and those acquired later are out. value: as stated by that day with its basis, else what it
-- cost (basis cost). last_used_on: last day of a booking or stay that began by then; null for an asset that
-- neither names. is_idle: marked so, or not used for 90 days although it used to be.
with uses as (
    select
        b.tenant,
        b.asset_id,
        least(b.last_day, p.as_of) as used_on
    from bookings_as_of as b
    cross join period as p
    where b.status in ('confirmed', 'completed') and b.start_day <= p.as_of
    union all
    select
        s.tenant,
        s.unit_id as asset_id,
        least(cast(s.check_out - 1 as date), p.as_of) as used_on
    from stays_as_of as s
    cross join period as p
    where s.occupies and s.nights > 0 and s.check_in <= p.as_of
),

last_uses as (
    select
        tenant,
        asset_id,
        max(used_on) as used_on
    from uses
    where asset_id is not null
    group by tenant, asset_id
)

select
    a.tenant,
    a.asset_id,
    a.kind,
    a.category,
    a.state,
    a.acquired_on,
    a.currency,
    a.monthly_cost,
    u.used_on as last_used_on,
    case
        when a.value is not null and coalesce(a.value_on <= p.as_of, true) then a.value
        else a.cost
    end as value,
    case
        when a.value is not null and coalesce(a.value_on <= p.as_of, true) then coalesce(a.basis, 'book')
        when a.cost is not null then 'cost'
    end as basis,
    a.state = 'idle' or coalesce(u.used_on <= p.as_of - 90, false) as is_idle
from asset_inventory as a
cross join period as p
left join last_uses as u
    on a.tenant = u.tenant and a.asset_id = u.asset_id
where
    a.state <> 'sold'
    and a.acquired_on <= p.as_of
    and a.created_at < p.as_of_end
