-- title: Crew utilisation by person and role, month to date
-- inputs: crew_assignments, crew_availability
-- columns: tenant: text, crew_key: text, role: text, hours_assigned: hours, hours_available: hours,
--   hours_away: hours, utilisation: ratio, note: text
-- kinds: charter, event, yacht_delivery
-- needs: the hours that each of the crew is available, beside the assignments
-- owner: operations

-- Available and away (leave, sickness, training) are the person's, whatever the role; who works in several
-- roles has a row for each and one for all of them.
with people as (
    select
        tenant,
        crew_key,
        sum(assigned) as assigned,
        sum(available) as available,
        sum(away) as away,
        count(distinct role) as roles
    from crew_time
    group by tenant, crew_key
),

by_role as (
    select
        tenant,
        crew_key,
        role,
        sum(assigned) as assigned
    from crew_time
    where role is not null
    group by tenant, crew_key, role
),

lines as (
    select
        p.tenant,
        p.crew_key,
        r.role,
        r.assigned,
        p.available,
        p.away,
        1 as place
    from people as p
    inner join by_role as r on p.tenant = r.tenant and p.crew_key = r.crew_key
    union all
    select
        tenant,
        crew_key,
        case roles when 0 then 'no duty' else 'all roles' end as role,
        assigned,
        available,
        away,
        0 as place
    from people
    where roles <> 1
)

select
    tenant,
    crew_key,
    role,
    cast(assigned as bigint) as hours_assigned_numerator,
    1000 as hours_assigned_denominator,
    cast(available as bigint) as hours_available_numerator,
    1000 as hours_available_denominator,
    cast(away as bigint) as hours_away_numerator,
    1000 as hours_away_denominator,
    cast(assigned as bigint) as utilisation_numerator,
    cast(available as bigint) as utilisation_denominator,
    case
        when available = 0 and assigned > 0 then 'worked, but was not available'
        when assigned > available then 'overtime'
    end as note
from lines
order by tenant asc, crew_key asc, place asc, role asc
