-- title: Hours assigned and available of each of the crew, in the month to date

-- In thousandths of an hour. One row per assignment (role is its role) and per person and kind of day (role
-- is null). assigned: the hours of an assignment over several local days are spread evenly over them.
-- available: hours of availability; away: of leave, sickness and training.
with assigned as (
    select
        c.tenant,
        c.crew_key,
        c.role,
        c.day_count,
        cast(round(c.hours * 1000, 0) as bigint)
        * (date_diff('day', greatest(c.start_day, p.month_start), least(c.last_day, p.as_of)) + 1)
            as hours_days
    from crew_pay as c
    cross join period as p
    where c.last_day >= p.month_start and c.start_day <= p.as_of
)

select
    tenant,
    crew_key,
    role,
    cast((hours_days - hours_days % day_count) // day_count as bigint) as assigned,
    0 as available,
    0 as away
from assigned
union all
select
    a.tenant,
    a.crew_key,
    null as role,
    0 as assigned,
    cast(round(coalesce(sum(case when a.kind = 'available' then a.hours end), 0) * 1000, 0) as bigint)
        as available,
    cast(round(coalesce(sum(case when a.kind <> 'available' then a.hours end), 0) * 1000, 0) as bigint)
        as away
from crew_availability as a
cross join period as p
where
    a.day >= p.month_start
    and a.day <= p.as_of
    and a.created_at < p.as_of_end
group by a.tenant, a.crew_key
