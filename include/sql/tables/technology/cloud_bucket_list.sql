-- title: S3 buckets
-- inputs: cloud_buckets
-- columns: tenant: text, bucket: text, region: text, public: boolean, encryption: text, versioning: text,
--   old_expire: boolean
-- spared: cloud_buckets.region
-- needs: a surveyed AWS account whose buckets may be listed
-- owner: engineering

-- old_expire: whether old versions are removed by a rule; nothing where none are kept.
select
    tenant,
    bucket,
    region,
    public,
    encryption,
    versioning,
    case when versioning <> 'never' then expires_noncurrent end as old_expire
from cloud_buckets
order by public desc, tenant asc, bucket asc
