-- title: Files that do not parse
-- unit: count
-- better: down
-- grain: scope
-- inputs: code_audits
-- needs: a surveyed repository or AWS account
-- formula: files of repositories and cloud functions that their language's parser refuses; when nothing could
--   be looked at it is unknown
-- reference: ours
-- owner: engineering
with audits as (
    select
        cast(coalesce(sum(case when state <> 'failed' then files_not_parsing end), 0) as bigint) as found,
        count(*) as places,
        count(case when state = 'failed' then 1 end) as failed
    from code_audits
)

select
    p.as_of as period_start,
    p.as_of as period_end,
    a.found as value,
    case when a.failed = a.places then 'quality' end as missing,
    case
        when a.failed = a.places then 'no code could be looked at'
        when a.failed > 0 then 'without ' || a.failed || ' places that could not be looked at'
    end as because
from audits as a
cross join period as p
