-- title: No-show rate
-- unit: ratio
-- better: down
-- grain: tenant, scope
-- inputs: bookings
-- kinds: charter, event, hauling, hotel
-- spared: bookings.confirmed_at
-- needs: the list of bookings with their status
-- formula: no-shows / (bookings done + no-shows), of those that start in the month to date
-- reference: revenue management
-- owner: operations
select
    count(case when b.status = 'no_show' then 1 end) as numerator,
    count(b.booking_id) as denominator
from period as p
left join bookings_as_of as b
    on
        b.status in ('completed', 'no_show')
        and p.month_start <= b.start_day
        and p.as_of >= b.start_day
