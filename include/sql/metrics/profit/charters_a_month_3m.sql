-- title: Charters a month, mean of 3 months
-- unit: units
-- better: up
-- grain: tenant, scope
-- inputs: bookings
-- kinds: charter
-- needs: the list of bookings with status, start and end
-- formula: charters done in the last 3 full months / 3
-- reference: the owner's road to profit
-- owner: sales
with done as (
    select count(*) as units
    from bookings_as_of as b
    cross join period as p
    where b.status = 'completed' and b.last_day >= p.full_start_3m and b.last_day < p.full_end
)

select
    d.units as numerator,
    3 as denominator,
    p.full_start_3m as period_start,
    p.full_end - 1 as period_end
from done as d
cross join period as p
