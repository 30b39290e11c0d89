-- title: Charter utilisation by boat, month to date
-- inputs: bookings, asset_inventory, asset_blocks
-- columns: tenant: text, asset_id: text, trips: count, days_out: days, days: days, days_off: days,
--   weather_days: days, owner_days: days, utilisation: ratio, note: text
-- kinds: charter
-- spared: bookings.confirmed_at
-- needs: the bookings with their boat, the boats, and the days on which these are out of use
-- owner: operations

-- days_off: maintenance and lay-up, which lower the days; weather and owner days don't.
select
    tenant,
    asset_id,
    trips,
    half_days_out as days_out_numerator,
    2 as days_out_denominator,
    days,
    days_off,
    weather_days,
    owner_days,
    half_days_out as utilisation_numerator,
    half_days as utilisation_denominator,
    case
        when is_overbooked then 'out on more days than it had'
        when half_days = 0 then 'in maintenance or laid up'
    end as note
from boat_use
order by tenant asc, half_days_out desc, asset_id asc
