-- title: Open security gaps, with their places
-- inputs: code_secrets | cloud_functions | cloud_function_urls | cloud_function_policies |
--   cloud_distributions | cloud_buckets | cloud_policies | cloud_apis | cloud_endpoints | cloud_keys |
--   cloud_senders
-- columns: rule: text, severity: text, tenant: text, place: text, detail: text
-- needs: a surveyed repository or AWS account, every section of which may be looked at
-- owner: engineering
select
    rule,
    severity,
    tenant,
    place,
    detail
from security_gap
order by
    case severity when 'critical' then 1 when 'high' then 2 else 3 end asc,
    rule asc,
    tenant asc,
    place asc
