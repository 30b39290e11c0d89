-- title: Work that is sold or offered, beside what the running month's revenue target still lacks
-- spared: bookings.confirmed_at

-- One row per tenant with a target for revenue_recognised of the running month, in its currency. pipeline:
-- prices of bookings confirmed for a day after the as-of day; at an agency its open proposals. to_earn:
-- target - revenue recognised in the month to date; 0 or less once the target is met.
with goal as (
    select
        g.tenant,
        t.currency,
        g.value as target
    from targets as g
    cross join period as p
    inner join tenant as t on g.tenant = t.tenant
    where g.metric = 'revenue_recognised' and g.month = p.month_start and g.created_at < p.as_of_end
),

amounts as (
    select
        b.tenant,
        b.currency,
        b.price as pipeline,
        0 as earned
    from bookings_as_of as b
    cross join period as p
    inner join tenant as t on b.tenant = t.tenant
    where t.kind <> 'agency' and b.status = 'confirmed' and b.start_day > p.as_of
    union all
    select
        o.tenant,
        o.currency,
        o.amount as pipeline,
        0 as earned
    from proposals_as_of as o
    inner join tenant as t on o.tenant = t.tenant
    where t.kind = 'agency' and o.is_open
    union all
    select
        r.tenant,
        r.currency,
        0 as pipeline,
        r.amount as earned
    from revenue_by_day as r
    cross join period as p
    where r.day >= p.month_start
)

select
    g.tenant,
    g.currency,
    g.target,
    cast(coalesce(sum(a.pipeline), 0) as bigint) as pipeline,
    cast(g.target - coalesce(sum(a.earned), 0) as bigint) as to_earn
from goal as g
left join amounts as a on g.tenant = a.tenant and g.currency = a.currency
group by g.tenant, g.currency, g.target
