-- title: Do the books balance
-- inputs: general_ledger
-- columns: tenant: text, currency: text, entries: count, debits: money, credits: money, difference: money,
--   unbalanced: count
-- needs: a general ledger
-- owner: finance

-- Over all entries posted by the as-of day. unbalanced: entries whose own lines don't add up to zero; two
-- that are off by opposite amounts leave no difference, and count.
with off as (
    select
        tenant,
        currency,
        count(*) as entries
    from unbalanced_entry
    group by tenant, currency
)

select
    l.tenant,
    l.currency,
    cast(sum(greatest(l.amount, 0)) as bigint) as debits,
    cast(sum(greatest(-l.amount, 0)) as bigint) as credits,
    cast(sum(l.amount) as bigint) as difference,
    coalesce(max(o.entries), 0) as unbalanced,
    count(distinct l.entry_id) as entries
from general_ledger as l
cross join period as p
left join off as o on l.tenant = o.tenant and l.currency = o.currency
where l.posted_on <= p.as_of and l.created_at < p.as_of_end
group by l.tenant, l.currency
order by l.tenant asc, l.currency asc
