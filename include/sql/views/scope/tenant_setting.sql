-- title: Settings of each tenant: its own, else the portfolio's

select
    t.tenant,
    s.name,
    coalesce(max(case when s.tenant is not null then s.value end), max(s.value)) as value
from tenant as t
inner join setting as s on s.tenant is null or t.tenant = s.tenant
group by t.tenant, s.name
