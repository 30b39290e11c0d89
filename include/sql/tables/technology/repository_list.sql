-- title: Repositories and functions, with the state of their code
-- inputs: code_audits, repositories?, handoffs?, deployments?
-- columns: tenant: text, place: text, kind: text, code_lines: count, test_files: count, not_parsing: count,
--   secrets: count, last_commit: day, deployed_on: day, handoffs: count, note: text
-- spared: code_audits.because, repositories.last_commit_at
-- needs: a surveyed repository or AWS account
-- owner: engineering

-- handoffs: notes in which something is still to be done; deployed_on: the last time to production. note:
-- what keeps the code from being audited whole.
with waiting as (
    select
        tenant,
        repository,
        count(*) as handoffs
    from handoffs
    where state = 'open'
    group by tenant, repository
)

select
    c.tenant,
    c.place,
    c.kind,
    c.code_lines,
    c.test_files,
    c.files_not_parsing as not_parsing,
    c.secrets,
    d.deployed_on,
    c.because as note,
    cast(r.last_commit_at at time zone z.name as date) as last_commit,
    case when r.repository is not null then coalesce(w.handoffs, 0) end as handoffs
from code_audits as c
cross join zone as z
left join repositories as r on c.tenant = r.tenant and c.place = r.repository and c.kind = 'repository'
left join waiting as w on c.tenant = w.tenant and c.place = w.repository and c.kind = 'repository'
left join deployed as d on c.tenant = d.tenant and c.place = d.repository and c.kind = 'repository'
order by c.kind desc, c.tenant asc, c.place asc
