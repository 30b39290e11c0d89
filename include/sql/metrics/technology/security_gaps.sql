-- title: Open security gaps
-- unit: count
-- better: down
-- grain: scope
-- inputs: code_secrets | code_audits | cloud_functions | cloud_function_urls | cloud_function_policies |
--   cloud_distributions | cloud_buckets | cloud_policies | cloud_apis | cloud_endpoints | cloud_keys |
--   cloud_senders
-- needs: a surveyed repository or AWS account, every section of which may be looked at
-- formula: distinct rules that are broken somewhere, not places; secrets that a person accepted are out. With
--   a section that may not be looked at it is unknown, not less
-- reference: ours
-- owner: engineering
with audits as (
    select
        count(*) as places,
        count(case when state = 'failed' then 1 end) as failed
    from code_audits
),

gaps as (
    select
        count(distinct rule) as rules,
        count(distinct rule || place) as places
    from security_gap
)

select
    p.as_of as period_start,
    p.as_of as period_end,
    g.rules as value,
    case when a.places > 0 and a.failed = a.places then 'quality' end as missing,
    case
        when a.places > 0 and a.failed = a.places then 'no code could be looked at'
        when a.failed > 0
            then 'in ' || g.places || ' places; the code of ' || a.failed || ' could not be looked at'
        when g.places > 0 then 'in ' || g.places || ' places'
    end as because
from gaps as g
cross join audits as a
cross join period as p
