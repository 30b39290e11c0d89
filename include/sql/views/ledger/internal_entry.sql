-- title: Entries between tenants that are measured together
-- spared: general_ledger.other_tenant

select distinct
    l.tenant,
    l.entry_id
from general_ledger as l
inner join tenant as o on l.other_tenant = o.tenant
