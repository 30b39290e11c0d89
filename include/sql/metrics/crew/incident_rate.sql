-- title: Incidents per 1,000 crew hours
-- unit: score
-- better: down
-- grain: tenant, scope
-- inputs: incidents, crew_assignments
-- kinds: charter, event, yacht_delivery
-- needs: the incidents on board, beside the crew's hours
-- formula: 1,000 x incidents of the month to date / the crew's hours of duty in it; the hours of a duty over
--   several local days are spread evenly over them, so that those still to come don't count
-- reference: common use (incidence rate)
-- owner: operations
with counts as (
    select
        (
            select count(*)
            from incidents as i
            cross join period as p
            cross join zone as z
            where
                cast(i.happened_at at time zone z.name as date) >= p.month_start
                and i.happened_at < p.as_of_end
                and i.created_at < p.as_of_end
        ) as incidents_so_far,
        (
            select coalesce(sum(assigned), 0)
            from crew_hours
        ) as thousandths
)

select
    thousandths as denominator,
    1000000 * incidents_so_far as numerator
from counts
