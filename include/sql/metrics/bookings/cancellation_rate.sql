-- title: Cancellation rate
-- unit: ratio
-- better: down
-- grain: tenant, scope
-- inputs: bookings
-- kinds: charter, event, hauling, hotel
-- needs: the list of bookings with when each was confirmed and cancelled
-- formula: cancelled bookings / bookings that were ever confirmed, of those that start in the month to date
--   (or would have); a no-show is no cancellation, and a quote that came to nothing is in neither
-- reference: Antonio, de Almeida, Nunes, Hotel booking demand datasets, Data in Brief 22 (2019)
-- owner: sales
select
    count(case when b.status = 'cancelled' then 1 end) as numerator,
    count(b.booking_id) as denominator
from period as p
left join bookings_as_of as b
    on
        b.ever_confirmed
        and p.month_start <= b.start_day
        and p.as_of >= b.start_day
