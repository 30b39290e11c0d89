-- title: Revenue recognised, by the day on which it was earned, up to the as-of day

-- whole: what the service earns in all its days, which are days.
-- The amount of a service over its days: what a month has earned so far is rounded, half away from zero,
-- so that a full month holds its rounded share; the last day takes what is left (1,200.00 from 31 January
-- over 365 days: 3.29 in January, 92.05 in February, 1,200.00 in all).
with spread as (
    select
        s.tenant,
        s.source,
        s.id,
        s.currency,
        s.amount,
        s.last_day,
        s.first_day,
        date_diff('day', s.first_day, s.last_day) + 1 as days,
        unnest(range(0, greatest(date_diff('day', s.first_day, least(s.last_day, p.as_of)) + 1, 0))) as day_no
    from service as s
    cross join period as p
    where s.first_day <= p.as_of and s.first_day < s.last_day
),

dated as (
    select
        *,
        cast(first_day + cast(day_no as integer) as date) as day
    from spread
),

month_to_day as (
    select
        *,
        date_diff('day', greatest(first_day, cast(date_trunc('month', day) as date)), day) as days_before
    from dated
),

earned as (
    select
        *,
        sign(amount) * ((2 * abs(amount) * (days_before + 1) + days) // (2 * days))
        - sign(amount) * ((2 * abs(amount) * days_before + days) // (2 * days)) as share
    from month_to_day
),

summed as (
    select
        *,
        sum(share) over (
            partition by tenant, source, id, currency, amount, first_day, last_day order by day
        ) as share_to_day
    from earned
)

select
    tenant,
    source,
    id,
    currency,
    day,
    days,
    amount as whole,
    cast(case when day = last_day then amount - (share_to_day - share) else share end as bigint) as amount
from summed
union all
select
    s.tenant,
    s.source,
    s.id,
    s.currency,
    s.first_day as day,
    1 as days,
    s.amount as whole,
    s.amount
from service as s
cross join period as p
where s.first_day <= p.as_of and s.first_day = s.last_day
