-- title: Income, operating costs and debt service of each property business by month

-- The last 12 full months and the running one up to the as-of day (months_back 0), from the month in which
-- the tenant's ledger begins. noi = income - operating_cost; debt_service is what was paid.
with movement as (
    select
        tenant,
        day,
        currency,
        case when part = 'rent' then amount else 0 end as rent,
        case when part = 'cleaning' then amount else 0 end as cleaning,
        case when part in ('fees', 'other') then amount else 0 end as other_income,
        case when part = 'cost' then -amount else 0 end as operating_cost,
        0 as debt_service
    from property_line
    union all
    select
        tenant,
        paid_on as day,
        currency,
        0 as rent,
        0 as cleaning,
        0 as other_income,
        0 as operating_cost,
        amount as debt_service
    from debt_payment
    union all
    select
        t.tenant,
        m.month as day,
        t.currency,
        0 as rent,
        0 as cleaning,
        0 as other_income,
        0 as operating_cost,
        0 as debt_service
    from tenant as t
    cross join month_spine as m
),

summed as (
    select
        v.tenant,
        v.currency,
        m.months_back,
        m.month,
        cast(sum(v.rent) as bigint) as rent,
        cast(sum(v.cleaning) as bigint) as cleaning,
        cast(sum(v.other_income) as bigint) as other_income,
        cast(sum(v.operating_cost) as bigint) as operating_cost,
        cast(sum(v.debt_service) as bigint) as debt_service
    from movement as v
    inner join month_spine as m on v.day >= m.month and v.day < m.ends_before
    inner join ledger_history as h on v.tenant = h.tenant and m.month >= h.first_month
    where m.months_back <= 12
    group by v.tenant, v.currency, m.months_back, m.month
)

select
    *,
    rent + cleaning + other_income as income,
    rent + cleaning + other_income - operating_cost as noi
from summed
