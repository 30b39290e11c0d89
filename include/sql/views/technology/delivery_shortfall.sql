-- title: Where the delivery of software falls short: what, where, how much
-- spared: code_audits.because

-- Not deployed for deploy_alarm_days (setting; 30), files that do not parse, code without a test, and open
-- handoff notes: a row per kind and repository (or function).
with patience as (
    select
        t.tenant,
        cast(coalesce(max(case when s.name = 'deploy_alarm_days' then s.value end), '30') as integer) as days
    from tenant as t
    left join tenant_setting as s on t.tenant = s.tenant
    group by t.tenant
)

select
    d.tenant,
    'not deployed' as shortfall,
    d.repository as place,
    cast(p.as_of - d.deployed_on as integer) as quantity,
    'days since the last deployment to production' as counts
from deployed as d
inner join patience as a on d.tenant = a.tenant
inner join period as p on p.as_of - d.deployed_on > a.days
union all
select
    tenant,
    'files that do not parse' as shortfall,
    place,
    files_not_parsing as quantity,
    'files' as counts
from code_audits
where state <> 'failed' and files_not_parsing > 0
union all
select
    tenant,
    'no tests' as shortfall,
    place,
    code_lines as quantity,
    'lines of code without a test' as counts
from code_audits
where state <> 'failed' and kind = 'repository' and code_lines > 0 and test_files = 0
union all
select
    tenant,
    'handoffs open' as shortfall,
    repository as place,
    count(*) as quantity,
    'open handoff notes' as counts
from handoffs
where state = 'open'
group by tenant, repository
