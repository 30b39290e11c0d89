-- title: Rest of the crew around each duty that ended in the month to date, or is under way

-- STCW A-VIII/1: at least 10 hours of rest in any 24, and 77 in any 7 days. One row per duty and window
-- (24 or 168 hours): worked is the most that the person worked, in millionths of a second, in any window that
-- ends with the duty (or the as-of day), or during it and begins with an earlier duty; no other window holds
-- more. The hours of an assignment are spread evenly over it. Where assignments overlap they add up, to no
-- more than the time itself (or than a single one says). What is ahead of the as-of day doesn't count.
with duties as (
    select
        c.tenant,
        c.crew_key,
        c.role,
        c.assignment_id,
        c.booking_id,
        c.delivery_id,
        c.starts_at,
        p.as_of_end,
        cast(round(c.hours * 3600, 0) as bigint) as seconds,
        cast(p.month_start as timestamp) at time zone z.name as month_start_at,
        case
            when c.ends_at > c.starts_at then c.ends_at
            else c.starts_at + cast(round(c.hours * 3600, 0) as bigint) * interval 1 second
        end as planned_end
    from crew_pay as c
    cross join period as p
    cross join zone as z
    where
        c.hours > 0
        and c.starts_at < p.as_of_end
        and c.last_day >= p.month_start - 8
),

paced as (
    select
        *,
        least(planned_end, as_of_end) as ends_at,
        seconds * 1000000 // greatest(date_diff('second', starts_at, planned_end), 1) as pace
    from duties
),

instants as (
    select
        tenant,
        crew_key,
        starts_at as moment
    from paced
    union
    select
        tenant,
        crew_key,
        ends_at as moment
    from paced
),

pieces as (
    select
        tenant,
        crew_key,
        moment as begins,
        lead(moment) over (partition by tenant, crew_key order by moment) as ends
    from instants
),

work as (
    select
        w.tenant,
        w.crew_key,
        w.begins,
        w.ends,
        least(sum(d.pace), greatest(max(d.pace), 1000000)) as pace
    from pieces as w
    inner join paced as d
        on
            w.tenant = d.tenant
            and w.crew_key = d.crew_key
            and w.begins < d.ends_at
            and w.ends > d.starts_at
    group by w.tenant, w.crew_key, w.begins, w.ends
),

lengths as (
    select unnest([24, 168]) as hours
),

windows as (
    select
        d.tenant,
        d.assignment_id,
        d.crew_key,
        n.hours,
        d.ends_at as closes
    from paced as d
    cross join lengths as n
    where d.ends_at > d.month_start_at
    union
    select
        d.tenant,
        d.assignment_id,
        d.crew_key,
        n.hours,
        e.starts_at + n.hours * interval 1 hour as closes
    from paced as d
    cross join lengths as n
    inner join paced as e
        on
            d.tenant = e.tenant
            and d.crew_key = e.crew_key
            and d.ends_at >= e.starts_at + n.hours * interval 1 hour
            and d.starts_at < e.starts_at + n.hours * interval 1 hour
    where d.ends_at > d.month_start_at and e.starts_at + n.hours * interval 1 hour > d.month_start_at
),

filled as (
    select
        v.tenant,
        v.assignment_id,
        v.hours,
        v.closes,
        sum(
            date_diff(
                'second',
                greatest(w.begins, v.closes - v.hours * interval 1 hour),
                least(w.ends, v.closes)
            )
            * w.pace
        ) as worked
    from windows as v
    inner join work as w
        on
            v.tenant = w.tenant
            and v.crew_key = w.crew_key
            and v.closes > w.begins
            and v.closes - v.hours * interval 1 hour < w.ends
    group by v.tenant, v.assignment_id, v.hours, v.closes
),

most as (
    select
        tenant,
        assignment_id,
        hours,
        max(worked) as worked
    from filled
    group by tenant, assignment_id, hours
)

select
    d.tenant,
    d.crew_key,
    d.role,
    d.assignment_id,
    d.booking_id,
    d.delivery_id,
    d.starts_at,
    d.ends_at,
    m.hours,
    cast(m.worked as bigint) as worked,
    case m.hours when 24 then 10 else 77 end as rest_needed,
    greatest(m.hours * 3600000000 - cast(m.worked as bigint), 0) as rested,
    m.worked > case m.hours when 24 then 14 else 91 end * 3600000000 as is_breach
from paced as d
inner join most as m on d.tenant = m.tenant and d.assignment_id = m.assignment_id
