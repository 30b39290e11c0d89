-- title: Pay gap within a role
-- unit: ratio
-- better: down
-- grain: tenant, scope
-- inputs: crew_assignments
-- kinds: charter, event, yacht_delivery
-- needs: the crew's assignments with role, hours and pay
-- formula: in each role of each business 1 - lowest / highest hourly mean (pay / hours of all jobs, last 12
--   full months) of the people who had at least two jobs in it; the widest of the roles. Fewer than two
--   such people in every role: no_history
-- reference: pay equity within a role
-- owner: operations
with jobs as (
    select
        c.tenant,
        c.role,
        c.currency,
        c.crew_key,
        cast(sum(c.pay_due) as bigint) as pay,
        cast(round(sum(c.hours) * 100, 0) as bigint) as hours
    from crew_pay as c
    cross join period as p
    where
        c.start_day >= p.full_start_12m
        and c.start_day < p.full_end
        and c.hours > 0
    group by c.tenant, c.role, c.currency, c.crew_key
    having count(*) >= 2
),

rates as (
    select
        tenant,
        role,
        currency,
        crew_key,
        pay,
        hours,
        pay * 100000 // hours as rate
    from jobs
    where pay > 0 and hours > 0
),

ranked as (
    select
        *,
        row_number() over (
            partition by tenant, role, currency order by rate desc, crew_key asc
        ) as from_highest,
        row_number() over (
            partition by tenant, role, currency order by rate asc, crew_key desc
        ) as from_lowest
    from rates
),

pairs as (
    select
        high.pay * low.hours - low.pay * high.hours as gap,
        high.pay * low.hours as full_pay,
        row_number() over (
            order by (high.rate - low.rate) * 1000000 // high.rate desc, high.tenant asc, high.role asc
        ) as place
    from ranked as high
    inner join ranked as low
        on
            high.tenant = low.tenant
            and high.role = low.role
            and high.currency = low.currency
            and high.crew_key <> low.crew_key
    where high.from_highest = 1 and low.from_lowest = 1
),

widest as (
    select
        max(gap) as numerator,
        max(full_pay) as denominator
    from pairs
    where place = 1
)

select
    w.numerator,
    w.denominator,
    p.full_start_12m as period_start,
    cast(p.full_end - interval 1 day as date) as period_end,
    case when w.denominator is null then 'no_history' end as missing,
    case
        when w.denominator is null then 'no role has two people with two jobs each in the last 12 full months'
    end as because
from widest as w
cross join period as p
