-- title: Charter utilisation
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: bookings, asset_inventory, asset_blocks
-- kinds: charter
-- spared: bookings.confirmed_at
-- needs: the bookings with their boat, the boats, and the days on which these are out of use
-- formula: days out / (days - maintenance - laid up) of the boats, month to date. A charter of up to
--   half_day_hours (a setting; 5) is half a day, a longer one a day for each local day that it touches; days
--   of bad weather stay in, apart in the table. Above 1 for a boat: quality
-- reference: revenue management
-- owner: operations
with sums as (
    select
        cast(coalesce(sum(half_days_out), 0) as bigint) as half_days_out,
        cast(coalesce(sum(half_days), 0) as bigint) as half_days,
        count(*) as boats,
        min(case when is_overbooked then asset_id end) as overbooked
    from boat_use
),

nameless as (
    select count(*) as trips
    from bookings_as_of as b
    cross join period as p
    where
        b.status in ('confirmed', 'completed')
        and b.asset_id is null
        and b.start_day <= p.as_of
        and b.last_day >= p.month_start
)

select
    s.half_days_out as numerator,
    s.half_days as denominator,
    case when s.overbooked is not null then 'quality' end as missing,
    case
        when s.overbooked is not null then s.overbooked || ' was out on more days than it had'
        when s.boats = 0 then 'no active boat'
        when s.half_days = 0 then 'every boat was in maintenance or laid up'
        when n.trips > 0 then 'without ' || n.trips || ' that name no boat'
    end as because
from sums as s
cross join nameless as n
