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
select count(l.night) as value
from period as p
left join lost_nights as l
    on p.month_start <= l.night and p.as_of >= l.night
