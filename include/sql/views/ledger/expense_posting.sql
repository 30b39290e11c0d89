-- title: Expenses posted by the as-of day, with the vendor and the paper behind each

-- One row per line on an expense or suspense account, or on one that the chart doesn't know; opening entries
-- are out. vendor_key: the vendor's name without letter case and outer spaces. is_reversed: the entry takes
-- another one back, or was itself taken back.
select
    l.tenant,
    l.entry_id,
    l.line,
    l.posted_on,
    l.account,
    l.name,
    l.category,
    l.role,
    l.vendor,
    l.currency,
    l.amount,
    l.is_unmapped,
    lower(nullif(trim(l.vendor), '')) as vendor_key,
    nullif(trim(l.document_ref), '') as document_ref,
    r.entry_id is not null as is_reversed
from ledger_line as l
left join reversed_entry as r on l.tenant = r.tenant and l.entry_id = r.entry_id
where not l.is_opening and (l.type = 'expense' or l.is_unmapped or l.role = 'suspense')
