-- title: Targets by month
-- inputs: targets, payments?, bookings?, stays?, invoices?, yacht_deliveries?
-- columns: month: day, currency: text, is_over: boolean, revenue_target: money, revenue: money,
--   revenue_shortfall: money, cash_target: money, cash: money, cash_shortfall: money
-- needs: targets for revenue_recognised or cash_received
-- owner: finance
with horizon as (
    select
        cast(date_trunc('year', as_of) as date) as first_month,
        greatest(
            cast(date_trunc('year', as_of) + interval 1 year as date),
            cast(date_trunc('quarter', as_of) + interval 6 month as date)
        ) as ends_before
    from period
),

target as (
    select
        g.tenant,
        t.currency,
        g.month,
        max(case when g.metric = 'revenue_recognised' then g.value end) as revenue,
        max(case when g.metric = 'cash_received' then g.value end) as cash
    from targets as g
    cross join period as p
    inner join tenant as t on g.tenant = t.tenant
    where g.metric in ('revenue_recognised', 'cash_received') and g.created_at < p.as_of_end
    group by g.tenant, t.currency, g.month
),

revenue as (
    select
        tenant,
        currency,
        cast(date_trunc('month', day) as date) as month,
        sum(amount) as amount
    from revenue_by_day
    group by tenant, currency, date_trunc('month', day)
),

cash as (
    select
        pay.tenant,
        pay.currency,
        cast(date_trunc('month', pay.received_at at time zone z.name) as date) as month,
        sum(pay.amount) as amount
    from payments as pay
    cross join period as p
    cross join zone as z
    where pay.received_at < p.as_of_end and pay.created_at < p.as_of_end
    group by pay.tenant, pay.currency, date_trunc('month', pay.received_at at time zone z.name)
),

summed as (
    select
        t.month,
        t.currency,
        cast(t.month + interval 1 month as date) <= p.tomorrow as is_over,
        sum(t.revenue) as revenue_target,
        sum(t.cash) as cash_target,
        sum(case when t.revenue is not null then coalesce(r.amount, 0) end) as revenue,
        sum(case when t.cash is not null then coalesce(c.amount, 0) end) as cash
    from target as t
    cross join period as p
    cross join horizon as h
    left join revenue as r on t.tenant = r.tenant and t.currency = r.currency and t.month = r.month
    left join cash as c on t.tenant = c.tenant and t.currency = c.currency and t.month = c.month
    where t.month >= h.first_month and t.month < h.ends_before
    group by t.month, t.currency, p.tomorrow
)

select
    month,
    currency,
    is_over,
    cast(revenue_target as bigint) as revenue_target,
    cast(case when is_over then revenue end as bigint) as revenue,
    cast(case when is_over then revenue_target - revenue end as bigint) as revenue_shortfall,
    cast(cash_target as bigint) as cash_target,
    cast(case when is_over then cash end as bigint) as cash,
    cast(case when is_over then cash_target - cash end as bigint) as cash_shortfall
from summed
order by currency, month
