-- title: How many milestones are in a state that wants attention, and which: one row a state, also for none
with every_milestone as (
    select
        count(*) as milestones,
        count(*) filter (where because is null) as known,
        string_agg(title, '; ' order by due_on, tenant, milestone_id) filter (where because is not null)
            as unknown
    from milestone_state
),

wanted as (
    select 'behind' as state
    union all
    select 'overdue' as state
),

found as (
    select
        w.state,
        count(s.milestone_id) as milestones,
        string_agg(s.title, '; ' order by s.due_on, s.tenant, s.milestone_id) as titles
    from wanted as w
    left join milestone_state as s on w.state = s.state
    group by w.state
)

select
    f.state,
    f.milestones,
    case when e.known = 0 then 'no_data' end as missing,
    case
        when e.milestones = 0 then 'no milestone is set'
        else nullif(concat_ws('; ', f.titles, 'not known: ' || e.unknown), '')
    end as because
from found as f
cross join every_milestone as e
