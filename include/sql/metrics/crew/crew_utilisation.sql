-- title: Crew utilisation
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: crew_assignments, crew_availability
-- kinds: charter, event, yacht_delivery
-- needs: the hours that each of the crew is available, beside the assignments
-- formula: hours assigned / hours available (leave, sick and training out), month to date; the hours of an
--   assignment over several local days are spread evenly over them, to the thousandth. Above 1 is overtime
-- reference: utilisation
-- owner: operations
select
    cast(coalesce(sum(assigned), 0) as bigint) as numerator,
    cast(coalesce(sum(available), 0) as bigint) as denominator
from crew_time
