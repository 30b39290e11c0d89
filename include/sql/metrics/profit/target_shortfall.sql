-- title: Short of the month's revenue target
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: targets, bookings | stays | invoices | yacht_deliveries
-- needs: a target for revenue_recognised of the running month
-- formula: target x days done / days of the month - revenue recognised in the month to date, of the
--   businesses that have a target
-- reference: the owner's targets
-- owner: finance
with goal as (
    select
        g.tenant,
        t.currency,
        g.value as amount
    from targets as g
    cross join period as p
    inner join tenant as t on g.tenant = t.tenant
    where g.metric = 'revenue_recognised' and g.month = p.month_start and g.created_at < p.as_of_end
),

actual as (
    select
        r.tenant,
        r.currency,
        sum(r.amount) as amount
    from revenue_by_day as r
    cross join period as p
    where r.day >= p.month_start
    group by r.tenant, r.currency
)

select
    g.currency,
    cast(sum(g.amount * p.days_done - coalesce(a.amount, 0) * p.days_in_month) as bigint) as numerator,
    p.days_in_month as denominator
from goal as g
cross join period as p
left join actual as a on g.tenant = a.tenant and g.currency = a.currency
group by g.currency, p.days_in_month
