-- title: Milestones overdue
-- unit: count
-- better: down
-- grain: scope
-- inputs: figure, milestones
-- needs: milestones that name the metric which measures them, and its figure
-- formula: milestones that are not reached and whose due day is over
-- reference: the owner's milestones
-- owner: finance
select
    t.milestones as value,
    p.as_of as period_start,
    p.as_of as period_end,
    t.missing,
    t.because
from milestone_tally as t
cross join period as p
where t.state = 'overdue'
