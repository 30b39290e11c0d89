-- title: Crew utilisation
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: crew_assignments, crew_availability
-- kinds: charter, event, yacht_delivery
-- needs: the hours that each of the crew is available, beside the assignments
-- formula: hours assigned / hours available (leave, sick and training out), month to date; the hours of an
--   assignment over several local days are spread evenly over them, to the thousandth. Above 1 is overtime
-- reference: utilisation
-- owner: operations
with assigned as (
    select
        c.day_count,
        cast(round(c.hours * 1000, 0) as bigint)
        * (date_diff('day', greatest(c.start_day, p.month_start), least(c.last_day, p.as_of)) + 1)
            as hours_days
    from crew_pay as c
    cross join period as p
    where c.last_day >= p.month_start and c.start_day <= p.as_of
),

offered as (
    select coalesce(sum(a.hours), 0) as hours
    from crew_availability as a
    cross join period as p
    where
        a.kind = 'available'
        and a.day >= p.month_start
        and a.day <= p.as_of
        and a.created_at < p.as_of_end
),

worked as (
    select coalesce(sum((hours_days - hours_days % day_count) // day_count), 0) as hours
    from assigned
)

select
    cast(w.hours as bigint) as numerator,
    cast(round(o.hours * 1000, 0) as bigint) as denominator
from worked as w
cross join offered as o
