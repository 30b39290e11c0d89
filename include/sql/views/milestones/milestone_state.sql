-- title: Milestones with how far each has come

-- now is the figure of the whole scope, else that of the milestone's own tenant (money in the tenant's
-- currency). progress, 0 to 1, and elapsed (the share of the days from when the milestone became known to
-- its due day) are in billionths. state: reached, overdue, behind (progress < elapsed), on track, unknown.
with open_milestone as (
    select
        m.tenant,
        m.milestone_id,
        m.report,
        m.title,
        m.metric,
        m.due_on,
        t.currency,
        cast(m.baseline as decimal(24, 6)) as baseline,
        cast(m.goal as decimal(24, 6)) as goal,
        cast(m.created_at at time zone z.name as date) as begun_on
    from milestones as m
    cross join period as p
    cross join zone as z
    inner join tenant as t on m.tenant = t.tenant
    where m.created_at < p.as_of_end
),

candidate as (
    select
        o.tenant,
        o.milestone_id,
        f.value_text,
        f.because,
        f.missing,
        row_number() over (
            partition by o.tenant, o.milestone_id
            order by
                case when f.tenant is null then 0 else 1 end,
                case when f.currency = o.currency then 0 else 1 end
        ) as place
    from open_milestone as o
    inner join figure as f
        on
            o.metric = f.metric
            and (f.tenant is null or o.tenant = f.tenant)
            and (f.currency is null or o.currency = f.currency)
),

measured as (
    select
        o.*,
        try_cast(c.value_text as decimal(24, 6)) as now,
        case
            when c.milestone_id is null then 'no figure ' || o.metric
            when c.missing is not null then coalesce(c.because, c.missing)
            when try_cast(c.value_text as decimal(24, 6)) is null then 'no number: ' || c.value_text
            when o.goal = o.baseline then 'its goal is where it began'
        end as because
    from open_milestone as o
    left join candidate as c on o.tenant = c.tenant and o.milestone_id = c.milestone_id and c.place = 1
),

placed as (
    select
        m.*,
        case
            when m.because is not null then null
            when m.goal > m.baseline then least(greatest(m.now - m.baseline, 0), m.goal - m.baseline)
            else least(greatest(m.baseline - m.now, 0), m.baseline - m.goal)
        end as gone,
        abs(m.goal - m.baseline) as whole,
        least(date_diff('day', m.begun_on, p.as_of), date_diff('day', m.begun_on, m.due_on)) as days_gone,
        date_diff('day', m.begun_on, m.due_on) as days_whole,
        m.due_on < p.as_of as is_past
    from measured as m
    cross join period as p
),

shared as (
    select
        *,
        cast(gone * 1000000 as hugeint) * 1000000000
        // nullif(cast(whole * 1000000 as hugeint), 0) as progress,
        case
            when days_whole <= 0 then 1000000000
            else greatest(days_gone, 0) * 1000000000 // days_whole
        end as elapsed
    from placed
)

select
    tenant,
    milestone_id,
    report,
    title,
    metric,
    baseline,
    goal,
    now,
    begun_on,
    due_on,
    because,
    cast(progress as bigint) as progress,
    cast(elapsed as bigint) as elapsed,
    case
        when because is not null then 'unknown'
        when gone >= whole then 'reached'
        when is_past then 'overdue'
        when progress < elapsed then 'behind'
        else 'on track'
    end as state
from shared
