-- title: Milestones with their progress
-- inputs: figure, milestones
-- columns: tenant: text, milestone_id: text, report: text, title: text, metric: text, baseline: text, now:
--   text, goal: text, progress: ratio, time_elapsed: ratio, begun_on: day, due_on: day, state: text,
--   because: text
-- needs: milestones that name the metric which measures them, and its figure
-- owner: finance

-- baseline, now and goal are in the metric's own unit (money in major units), each with no more places than
-- it needs.
select
    tenant,
    milestone_id,
    report,
    title,
    metric,
    progress as progress_numerator,
    cast(1000000000 as bigint) as progress_denominator,
    elapsed as time_elapsed_numerator,
    cast(1000000000 as bigint) as time_elapsed_denominator,
    begun_on,
    due_on,
    state,
    because,
    rtrim(rtrim(cast(baseline as varchar), '0'), '.') as baseline,
    rtrim(rtrim(cast(now as varchar), '0'), '.') as now,
    rtrim(rtrim(cast(goal as varchar), '0'), '.') as goal
from milestone_state
order by due_on asc, tenant asc, milestone_id asc
