-- title: What was posted on each account and day by the as-of day

-- The lines of ledger_line added up, for what needs no single line: a few rows for each day, however many
-- lines it has. lines: how many they are.
with posted as (
    select
        l.tenant,
        l.account,
        l.currency,
        l.posted_on,
        l.opening,
        cast(sum(l.amount) as bigint) as amount,
        count(*) as lines
    from general_ledger as l
    cross join period as p
    where l.posted_on <= p.as_of and l.created_at < p.as_of_end
    group by l.tenant, l.account, l.currency, l.posted_on, l.opening
)

select
    l.tenant,
    l.account,
    l.currency,
    l.posted_on,
    l.amount,
    l.lines,
    a.name,
    a.role,
    a.account is null as is_unmapped,
    coalesce(l.opening, false) as is_opening,
    coalesce(a.is_cash, false) as is_cash
from posted as l
left join account as a on l.tenant = a.tenant and l.account = a.account
