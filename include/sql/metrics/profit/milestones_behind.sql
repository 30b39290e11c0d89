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
with sums as (
    select
        count(*) filter (where state = 'behind') as found,
        count(*) filter (where because is null) as known,
        count(*) as milestones,
        string_agg(title, '; ' order by due_on, tenant, milestone_id) filter (where state = 'behind')
            as titles,
        string_agg(title, '; ' order by due_on, tenant, milestone_id) filter (where because is not null)
            as unknown
    from milestone_state
)

select
    s.found as value,
    p.as_of as period_start,
    p.as_of as period_end,
    case when s.known = 0 then 'no_data' end as missing,
    case
        when s.milestones = 0 then 'no milestone is set'
        else nullif(concat_ws('; ', s.titles, 'not known: ' || s.unknown), '')
    end as because
from sums as s
cross join period as p
