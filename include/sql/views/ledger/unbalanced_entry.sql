-- title: Entries posted by the as-of day whose debits and credits differ, by currency

select
    l.tenant,
    l.entry_id,
    l.currency,
    cast(sum(l.amount) as bigint) as difference
from general_ledger as l
cross join period as p
where l.posted_on <= p.as_of and l.created_at < p.as_of_end
group by l.tenant, l.entry_id, l.currency
having sum(l.amount) <> 0
