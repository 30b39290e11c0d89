-- title: Each tenant's cash, and what of it is free, on the days of balance_day

-- held is the larger of the cash in restricted accounts and what is owed to customers (deferred revenue and
-- refundable deposits): deposits that lie in restricted accounts are taken off once.
with cash as (
    select
        b.tenant,
        b.currency,
        b.months_back,
        b.day,
        b.amount as total,
        case when coalesce(a.restricted, false) then b.amount else 0 end as restricted,
        0 as owed
    from cash_balance as b
    left join cash_accounts as a on b.tenant = a.tenant and b.account = a.account
),

owed as (
    select
        tenant,
        currency,
        months_back,
        day,
        0 as total,
        0 as restricted,
        deferred + deposits_owed as owed
    from contract_month
),

summed as (
    select
        u.tenant,
        u.currency,
        u.months_back,
        u.day,
        cast(sum(u.total) as bigint) as total,
        cast(sum(u.restricted) as bigint) as restricted,
        cast(sum(u.owed) as bigint) as owed
    from (
        select * from cash
        union all
        select * from owed
    ) as u
    group by u.tenant, u.currency, u.months_back, u.day
)

select
    tenant,
    currency,
    months_back,
    day,
    total,
    restricted,
    owed,
    greatest(restricted, owed) as held,
    total - greatest(restricted, owed) as available
from summed
