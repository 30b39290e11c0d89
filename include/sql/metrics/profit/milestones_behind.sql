-- title: Milestones behind time
-- unit: count
-- better: down
-- grain: scope
-- inputs: figure, milestones
-- needs: milestones that name the metric which measures them, and its figure
-- formula: milestones that are not reached and not yet past their due day, whose progress is a smaller
--   share of the way than of the days from when the milestone was set to its due day
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
where t.state = 'behind'
