-- title: Contribution per unit of each tenant, as a fraction: numerator / denominator, in minor units

-- is_plan: no unit was done in the last 12 full months, so that it is the plan's price less its variable
-- cost (settings plan_price and plan_variable_cost, in major units).
with plan as (
    select
        t.tenant,
        t.currency,
        cast(
            (cast(a.value as decimal(18, 4)) - cast(b.value as decimal(18, 4))) * t.minor_units as bigint
        ) as contribution
    from tenant as t
    inner join tenant_setting as a on t.tenant = a.tenant and a.name = 'plan_price'
    inner join tenant_setting as b on t.tenant = b.tenant and b.name = 'plan_variable_cost'
)

select
    y.tenant,
    y.currency,
    y.months,
    y.first_day,
    y.units,
    y.fixed_cost,
    y.revenue,
    y.units = 0 and pl.contribution is not null as is_plan,
    case when y.units = 0 and pl.contribution is not null then pl.contribution else y.contribution end
        as numerator,
    case when y.units = 0 and pl.contribution is not null then 1 else y.units end as denominator,
    case
        when y.months = 0 then 'no_history'
        when y.units = 0 and pl.contribution is null then 'zero_denominator'
    end as missing,
    case
        when y.months = 0 then 'the ledger has no full month yet'
        when y.units = 0 and pl.contribution is null then 'no unit was done, and there is no plan'
        when y.units = 0 then 'the plan: no unit was done'
        when y.months < 12 then 'of ' || y.months || ' months'
    end as because
from profit_year as y
left join plan as pl on y.tenant = pl.tenant and y.currency = pl.currency
