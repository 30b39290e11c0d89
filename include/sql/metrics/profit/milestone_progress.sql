-- title: Progress of the milestones
-- unit: ratio
-- better: up
-- grain: scope
-- inputs: figure, milestones
-- needs: milestones that name the metric which measures them, and its figure
-- formula: (now - baseline) / (goal - baseline) of each milestone, at least 0 and at most 1; the mean of
--   them. now is the figure of the scope, else of the milestone's own business. A milestone whose figure is
--   missing is left out and named; the table of milestones shows each
-- reference: the owner's milestones
-- owner: finance
with sums as (
    select
        cast(coalesce(sum(progress) filter (where because is null), 0) as hugeint) as progress,
        count(*) filter (where because is null) as known,
        count(*) as milestones,
        string_agg(title || ': ' || because, '; ' order by due_on, tenant, milestone_id) filter (
            where because is not null
        ) as unknown
    from milestone_state
)

select
    s.progress as numerator,
    p.as_of as period_start,
    p.as_of as period_end,
    s.known * cast(1000000000 as bigint) as denominator,
    case when s.known = 0 then 'no_data' end as missing,
    case
        when s.milestones = 0 then 'no milestone is set'
        when s.unknown is not null then 'without ' || s.unknown
    end as because
from sums as s
cross join period as p
