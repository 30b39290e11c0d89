-- title: Entries that take another one back, and those that were taken back

select
    tenant,
    entry_id
from reversing_entry
union
select
    tenant,
    reverses as entry_id
from ledger_line
where reverses is not null
