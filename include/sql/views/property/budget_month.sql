-- title: Budget and expenses by category and month, in the months that have a budget

-- The last 12 full months and the running one (months_back 0), of businesses with a budget for the month.
-- What was spent in a category without a budget counts against none (has_budget false). budget is that of
-- the whole month: part_done of part_all of it fall on the days that are over.
with planned as (
    select
        b.tenant,
        cast(date_trunc('month', b.month) as date) as month,
        b.category,
        b.currency,
        b.amount as budget,
        0 as actual,
        1 as is_budget
    from budgets as b
    cross join period as p
    where b.created_at < p.as_of_end
),

planned_month as (
    select distinct
        tenant,
        month
    from planned
),

spent as (
    select
        e.tenant,
        cast(date_trunc('month', e.posted_on) as date) as month,
        coalesce(e.category, 'not in the chart of accounts') as category,
        e.currency,
        0 as budget,
        e.amount as actual,
        0 as is_budget
    from expense_line as e
    inner join planned_month as g
        on e.tenant = g.tenant and g.month = cast(date_trunc('month', e.posted_on) as date)
)

select
    u.tenant,
    u.category,
    u.currency,
    m.months_back,
    m.month,
    cast(sum(u.budget) as bigint) as budget,
    cast(sum(u.actual) as bigint) as actual,
    max(u.is_budget) = 1 as has_budget,
    case when m.is_full then 1 else max(p.days_done) end as part_done,
    case when m.is_full then 1 else max(p.days_in_month) end as part_all
from (
    select * from planned
    union all
    select * from spent
) as u
cross join period as p
inner join month_spine as m on u.month = m.month and m.months_back <= 12
group by u.tenant, u.category, u.currency, m.months_back, m.month, m.is_full
