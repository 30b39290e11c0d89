-- title: Milestones overdue
-- unit: count
-- better: down
-- grain: scope
-- inputs: figure, milestones
-- needs: milestones that name the metric which measures them, and its figure
-- formula: milestones that are not reached and whose due day is over
-- reference: the owner's milestones
-- owner: finance
with sums as (
    select
        count(*) filter (where state = 'overdue') as found,
        count(*) filter (where because is null) as known,
        count(*) as milestones,
        string_agg(title, '; ' order by due_on, tenant, milestone_id) filter (where state = 'overdue')
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
