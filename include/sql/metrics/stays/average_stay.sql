-- title: Average stay
-- unit: days
-- better: up
-- grain: tenant, scope
-- inputs: stays
-- kinds: rental, hotel
-- needs: the stays
-- formula: nights / stays, of paying guests who came in the month to date; all nights of such a stay count,
--   those past the as-of day too
-- reference: Key Data, average length of stay
-- owner: operations
select
    cast(coalesce(sum(s.nights), 0) as bigint) as numerator,
    count(s.stay_id) as denominator
from period as p
left join stays_as_of as s
    on
        p.month_start <= s.check_in
        and p.as_of >= s.check_in
        and s.kind = 'guest'
        and s.occupies
        and s.nights > 0
