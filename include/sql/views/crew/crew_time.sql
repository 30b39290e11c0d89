-- title: Hours assigned and available of each of the crew, in the month to date

-- In thousandths of an hour. One row per assignment (role is its role) and per person and kind of day (role
-- is null). available: hours of availability; away: of leave, sickness and training.
select
    tenant,
    crew_key,
    role,
    assigned,
    0 as available,
    0 as away
from crew_hours
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
