-- title: DynamoDB tables
-- inputs: cloud_tables
-- columns: tenant: text, table_name: text, region: text, billing: text, read_units: count,
--   write_units: count, items: count, size_kb: count, recovery: boolean, protected: boolean
-- needs: a surveyed AWS account whose tables may be listed
-- owner: engineering

-- Units are provisioned ones: 0 on demand. recovery: to any second of the last days; protected: against
-- deletion by mistake. size_kb: rounded up.
select
    tenant,
    table_name,
    region,
    read_units,
    write_units,
    items,
    point_in_time_recovery as recovery,
    deletion_protection as protected,
    replace(billing, '_', ' ') as billing,
    (bytes + 1023) // 1024 as size_kb
from cloud_tables
order by tenant asc, region asc, table_name asc
