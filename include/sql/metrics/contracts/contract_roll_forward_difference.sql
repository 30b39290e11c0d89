-- title: Contract roll-forward difference
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: payments, bookings?, invoices?, stays?, yacht_deliveries?
-- spared: bookings.confirmed_at
-- needs: bookings or invoices, and what customers paid
-- formula: sum over the running month and the 12 full ones before it of the absolute difference between what
--   was owed to customers net (received less earned) at its beginning + received - refunded - recognised and
--   at its end. Other than 0 holds the report
-- reference: ASC 606-10-50-8
-- owner: finance

-- Balances come from contract_balance, what was earned in a month from revenue_by_day itself.
with parts as (
    select
        s.month,
        b.currency,
        b.net as amount
    from month_spine as s
    inner join contract_month as b on s.months_back = b.months_back
    where s.months_back <= 12
    union all
    select
        s.month,
        b.currency,
        -b.net as amount
    from month_spine as s
    inner join contract_month as b on s.months_back - 1 = b.months_back
    where s.months_back <= 12
    union all
    select
        s.month,
        m.currency,
        m.received as amount
    from contract_movement as m
    inner join month_spine as s on m.day >= s.month and m.day < s.ends_before
    where s.months_back <= 12 and m.received <> 0
    union all
    select
        s.month,
        r.currency,
        -r.amount as amount
    from revenue_by_day as r
    inner join month_spine as s on r.day >= s.month and r.day < s.ends_before
    where s.months_back <= 12 and r.source in ('booking', 'invoice')
    union all
    select
        p.month_start as month,
        t.currency,
        0 as amount
    from tenant as t
    cross join period as p
),

months as (
    select
        month,
        currency,
        abs(sum(amount)) as amount
    from parts
    group by month, currency
)

select
    m.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(m.amount) as bigint) as value,
    'does not close: ' || string_agg(
        case when m.amount <> 0 then strftime(m.month, '%Y-%m') end, ', '
        order by m.month
    ) as because
from months as m
cross join period as p
group by m.currency, p.as_of
