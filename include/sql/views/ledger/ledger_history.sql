-- title: When each tenant's ledger begins: the month of its first line that is no opening

-- months: full months from then on, at most 12.
select
    l.tenant,
    cast(date_trunc('month', min(l.posted_on)) as date) as first_month,
    greatest(least(date_diff('month', min(l.posted_on), max(p.full_end)), 12), 0) as months
from ledger_line as l
cross join period as p
where not l.is_opening
group by l.tenant
