-- title: Duties with too little rest, month to date
-- inputs: crew_assignments
-- columns: tenant: text, crew_key: text, role: text, assignment_id: text, job: text, ended_on: day,
--   window_hours: hours, worked: hours, rest: hours, rest_needed: hours
-- kinds: charter, event, yacht_delivery
-- spared: crew_assignments.booking_id, crew_assignments.delivery_id
-- needs: the crew's assignments with start, end and hours
-- owner: operations
select
    r.tenant,
    r.crew_key,
    r.role,
    r.assignment_id,
    r.hours as window_hours,
    r.worked as worked_numerator,
    3600000000 as worked_denominator,
    r.rested as rest_numerator,
    3600000000 as rest_denominator,
    r.rest_needed,
    cast((r.ends_at - interval 1 microsecond) at time zone z.name as date) as ended_on,
    coalesce(r.delivery_id, r.booking_id) as job
from duty_rest as r
cross join zone as z
where r.is_breach
order by r.ends_at desc, r.tenant asc, r.assignment_id asc, r.hours asc
