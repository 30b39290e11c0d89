-- title: Balance of every cash account on the days of balance_day

-- An opening entry counts as having been there before, so that it is never a change of cash.
select
    l.tenant,
    l.account,
    l.currency,
    d.months_back,
    d.day,
    cast(sum(l.amount) as bigint) as amount
from ledger_day as l
inner join balance_day as d on l.posted_on <= d.day or l.is_opening
where l.is_cash
group by l.tenant, l.account, l.currency, d.months_back, d.day
