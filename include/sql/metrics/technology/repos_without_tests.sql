-- title: Repositories without tests
-- unit: count
-- better: down
-- grain: scope
-- inputs: code_audits
-- needs: a surveyed repository or AWS account
-- formula: repositories with code and without a file that is a test; when none could be looked at it is
--   unknown
-- reference: ours
-- owner: engineering
with audits as (
    select
        count(*) as places,
        count(case when state = 'failed' then 1 end) as failed,
        count(case when state <> 'failed' and code_lines > 0 and test_files = 0 then 1 end) as found
    from code_audits
    where kind = 'repository'
)

select
    p.as_of as period_start,
    p.as_of as period_end,
    a.found as value,
    case when a.failed = a.places then 'quality' end as missing,
    case
        when a.failed = a.places then 'no repository could be looked at'
        when a.failed > 0 then 'without ' || a.failed || ' repositories that could not be looked at'
    end as because
from audits as a
cross join period as p
