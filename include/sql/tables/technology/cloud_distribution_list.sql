-- title: CloudFront distributions
-- inputs: cloud_distributions
-- columns: tenant: text, distribution: text, enabled: boolean, firewall: boolean, viewers: text,
--   tls_floor: text, cache_policies: text, logging: boolean, names: count
-- spared: cloud_distributions.viewer_protocol, cloud_distributions.tls_floor, cloud_distributions.logging
-- needs: a surveyed AWS account whose distributions may be listed
-- owner: engineering

-- tls_floor: the oldest TLS that a viewer may speak; of CloudFront's own certificate it can't be chosen.
-- names: domain names of its own.
select
    tenant,
    distribution,
    enabled,
    waf as firewall,
    viewer_protocol as viewers,
    logging,
    aliases as names,
    case when default_certificate then 'not to be chosen' else tls_floor end as tls_floor,
    nullif(replace(replace(replace(cache_policies, '[', ''), ']', ''), '"', ''), '') as cache_policies
from cloud_distributions
order by enabled desc, tenant asc, distribution asc
