-- title: Breaches of the hours of rest
-- unit: count
-- better: down
-- grain: tenant, scope
-- inputs: crew_assignments
-- kinds: charter, event, yacht_delivery
-- needs: the crew's assignments with start, end and hours
-- formula: duties that ended in the month to date (or are under way) with which a person's rest came below 10
--   hours in any 24 hours, or below 77 hours in any 7 days; a duty that breaks both counts once. The hours of
--   an assignment are spread evenly over it
-- reference: STCW A-VIII/1
-- owner: operations
select count(distinct case when is_breach then (tenant, assignment_id) end) as value
from duty_rest
