-- title: Tenants whose ledger has no opening entry, so that no balance is known; one row, null for none

select string_agg(t.tenant, ', ' order by t.tenant) as tenants
from tenant as t
where t.tenant not in (
    select l.tenant from ledger_day as l
    where l.is_opening
)
