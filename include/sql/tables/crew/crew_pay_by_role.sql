-- title: Hourly pay by role, last 12 full months
-- inputs: crew_assignments
-- columns: tenant: text, role: text, crew_key: text, jobs: count, hours: hours, pay: money, hourly_pay: money
-- kinds: charter, event, yacht_delivery
-- needs: the crew's assignments with role, hours and pay
-- owner: operations
select
    c.tenant,
    c.role,
    c.crew_key,
    c.currency,
    cast(sum(c.pay_due) as bigint) as pay,
    cast(sum(c.pay_due) as bigint) as hourly_pay_numerator,
    count(*) as jobs,
    sum(c.hours) as hours,
    sum(c.hours) as hourly_pay_denominator
from crew_pay as c
cross join period as p
where
    c.start_day >= p.full_start_12m
    and c.start_day < p.full_end
group by c.tenant, c.role, c.crew_key, c.currency
order by c.tenant asc, c.role asc, c.crew_key asc, c.currency asc
