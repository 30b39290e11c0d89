-- title: Days since the last deployment
-- unit: days
-- better: down
-- grain: scope
-- inputs: deployments
-- needs: a repository with a deployment log
-- formula: as-of day - local day of the last deployment to production of any repository; one that failed or
--   was rolled back is none
-- reference: ours
-- owner: engineering
with newest as (
    select max(deployed_on) as deployed_on from deployed
)

select
    p.as_of as period_end,
    cast(p.as_of - n.deployed_on as bigint) as value,
    coalesce(n.deployed_on, p.as_of) as period_start,
    case when n.deployed_on is null then 'no_history' end as missing,
    case when n.deployed_on is null then 'nothing was deployed to production yet' end as because
from newest as n
cross join period as p
