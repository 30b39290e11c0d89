-- title: The last deployment to production of each repository that has a deployment log

-- One that failed or was rolled back is none. deployed_on is a local day; null: none yet.
select
    d.tenant,
    d.repository,
    max(
        case
            when d.production and d.outcome in ('succeeded', 'unknown')
                then cast(d.deployed_at at time zone z.name as date)
        end
    ) as deployed_on
from deployments as d
cross join zone as z
cross join period as p
where d.deployed_at < p.as_of_end
group by d.tenant, d.repository
