-- title: What came and went with cash in the months of month_spine, by the other lines of the entry

-- In an entry that touches cash every other line, with its sign turned, is a flow of its account's class:
-- money in is positive. Interest is operating (ASC 230-10-45-17), and so is an account that the chart does
-- not know. Opening entries are balances, no flows; entries between tenants measured together move nothing.
select
    l.tenant,
    l.entry_id,
    l.line,
    l.posted_on,
    l.account,
    l.name,
    l.category,
    l.role,
    l.currency,
    -l.amount as amount,
    (l.tenant, l.entry_id) in (select (r.tenant, r.entry_id) from reversing_entry as r) as is_reversal,
    case when l.role = 'interest' then 'operating' else coalesce(l.flow, 'operating') end as class
from ledger_line as l
where
    not l.is_cash
    and not l.is_opening
    and (l.tenant, l.entry_id) in (
        select (t.tenant, t.entry_id) from ledger_line as t
        where t.is_cash and not t.is_opening
    )
    and (l.tenant, l.entry_id) not in (select (i.tenant, i.entry_id) from internal_entry as i)
    and l.posted_on >= (select min(m.month) from month_spine as m)
