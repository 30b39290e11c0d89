-- title: Open projects in the order in which to do them
-- inputs: projects
-- columns: place: count, tenant: text, project_id: text, title: text, step: text, cost: money,
--   monthly_gain: money, payback: months, blocked_by: text
-- spared: projects.monthly_gain, projects.blocked_by
-- needs: the projects with cost and state
-- owner: finance

-- Zero-cost, low-cost (up to the setting low_cost_limit, 500 in major units), revenue-funded, blocked; within
-- a step the shortest payback first, then the smallest cost. A project that waits for another one is blocked
-- until that one is done.
with open_projects as (
    select
        j.tenant,
        j.project_id,
        j.title,
        j.currency,
        j.cost,
        j.monthly_gain,
        case when coalesce(d.state, 'open') <> 'done' then j.blocked_by end as blocked_by,
        cast(coalesce(s.value, '500') as bigint) * t.minor_units as low_cost
    from projects as j
    cross join period as p
    inner join tenant as t on j.tenant = t.tenant
    left join projects as d on j.tenant = d.tenant and j.blocked_by = d.project_id
    left join tenant_setting as s on j.tenant = s.tenant and s.name = 'low_cost_limit'
    where j.state = 'open' and j.created_at < p.as_of_end
),

stepped as (
    select
        *,
        case
            when blocked_by is not null then 4
            when cost <= 0 then 1
            when cost <= low_cost then 2
            else 3
        end as step_no,
        case when monthly_gain > 0 then cost * 1000 // monthly_gain end as payback_order
    from open_projects
)

select
    tenant,
    project_id,
    title,
    currency,
    cost,
    monthly_gain,
    blocked_by,
    monthly_gain as payback_denominator,
    row_number() over (
        order by step_no asc, payback_order asc nulls last, cost asc, tenant asc, project_id asc
    ) as place,
    case step_no
        when 1 then 'zero-cost'
        when 2 then 'low-cost'
        when 3 then 'revenue-funded'
        else 'blocked'
    end as step,
    case when monthly_gain > 0 then cost end as payback_numerator
from stepped
order by place
