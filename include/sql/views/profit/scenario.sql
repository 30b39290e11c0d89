-- title: Net income of a mean month with one driver moved up or down, by currency

-- Over the last 12 full months. percent is the setting scenario_percent (10 by default). Price moves revenue
-- less commission, volume the contribution, fixed cost the fixed costs. net_income and difference are
-- fractions over scale, in minor units.
with step as (
    select coalesce(max(cast(s.value as decimal(9, 4))), 10) as percent
    from tenant_setting as s
    where s.name = 'scenario_percent'
),

driver as (
    select
        m.currency,
        m.tenants,
        d.driver,
        d.place,
        m.revenue - m.expense as net_income,
        case d.driver
            when 'price' then m.revenue - m.commission
            when 'volume' then m.contribution
            when 'fixed cost' then -m.fixed_cost
            else 0
        end as base
    from profit_month as m
    cross join (
        values ('as it is', 0), ('price', 1), ('volume', 2), ('fixed cost', 3)
    ) as d (driver, place)
),

moved as (
    select
        d.*,
        s.percent,
        g.direction
    from driver as d
    cross join step as s
    cross join (values (-1), (0), (1)) as g (direction)
    where (d.place = 0) = (g.direction = 0)
)

select
    currency,
    tenants,
    driver,
    place,
    direction,
    percent * direction as change_percent,
    cast(net_income as decimal(38, 0)) * 1000000
    + cast(base as decimal(38, 0)) * direction * cast(percent * 10000 as bigint) as net_income,
    cast(base as decimal(38, 0)) * direction * cast(percent * 10000 as bigint) as difference,
    cast(27720 as bigint) * 1000000 as scale
from moved
