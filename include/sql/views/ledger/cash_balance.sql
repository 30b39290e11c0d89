-- title: Balance of every cash account on the days of balance_day

-- An opening entry counts as having been there before, so that it is never a change of cash.
with posted as (
    select
        tenant,
        account,
        currency,
        is_opening,
        posted_on,
        sum(amount) as amount
    from ledger_line
    where is_cash
    group by tenant, account, currency, is_opening, posted_on
)

select
    l.tenant,
    l.account,
    l.currency,
    d.months_back,
    d.day,
    cast(sum(l.amount) as bigint) as amount
from posted as l
inner join balance_day as d on l.posted_on <= d.day or l.is_opening
group by l.tenant, l.account, l.currency, d.months_back, d.day
