-- title: What the cloud cost in each full month, from the first one billed (of the last 36)

-- In USD, without tax. A month between others without a line cost nothing. is_estimated: not final yet.
with billed as (
    select
        c.month,
        sum(c.amount) as usd,
        bool_or(c.estimated) as is_estimated
    from cloud_costs as c
    cross join period as p
    where
        c.month < p.full_end
        and c.created_at < p.as_of_end
        and lower(c.service) <> 'tax'
    group by c.month
),

begun as (
    select min(month) as month from billed
)

select
    s.month,
    s.months_back,
    coalesce(b.usd, 0) as usd,
    coalesce(b.is_estimated, false) as is_estimated
from month_spine as s
inner join begun as f on s.month >= f.month
left join billed as b on s.month = b.month
where s.is_full
