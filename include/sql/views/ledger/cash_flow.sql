-- title: What came and went with cash in the months of month_spine, by the other lines of the entry

-- In an entry that touches cash every other line, with its sign turned, is a flow of its account's class:
-- money in is positive. Interest is operating (ASC 230-10-45-17), and so is an account that the chart does
-- not know. Opening entries are balances, no flows; entries between tenants measured together move nothing.
with touching as (
    select distinct
        tenant,
        entry_id
    from ledger_line
    where is_cash and not is_opening
)

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
    r.entry_id is not null as is_reversal,
    -l.amount as amount,
    case when l.role = 'interest' then 'operating' else coalesce(l.flow, 'operating') end as class
from ledger_line as l
inner join touching as t on l.tenant = t.tenant and l.entry_id = t.entry_id
left join reversing_entry as r on l.tenant = r.tenant and l.entry_id = r.entry_id
left join internal_entry as i on l.tenant = i.tenant and l.entry_id = i.entry_id
where
    not l.is_cash
    and not l.is_opening
    and i.entry_id is null
    and l.posted_on >= (select min(m.month) from month_spine as m)
