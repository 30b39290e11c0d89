-- title: Entries of the general ledger that take another one back
-- spared: general_ledger.reverses

select distinct
    tenant,
    entry_id
from general_ledger
where reverses is not null
