-- title: Units a month at which each tenant's contribution pays its fixed costs

-- units_needed = ceil(fixed costs a month / contribution per unit), in integers; null with missing. fixed is
-- fixed_cost / months; capacity is the setting capacity_units, a month.
with base as (
    select
        u.*,
        cast(s.value as bigint) as capacity,
        case
            when u.months < 3 then 'no_history'
            when u.fixed_cost <= 0 then null
            when u.missing is not null then u.missing
            when u.numerator <= 0 then 'not_reached'
        end as why
    from unit_contribution as u
    left join tenant_setting as s on u.tenant = s.tenant and s.name = 'capacity_units'
),

needed as (
    select
        *,
        case
            when why is not null then null
            when fixed_cost <= 0 then 0
            else
                (fixed_cost * denominator + months * numerator - 1) // (months * numerator)
        end as units_needed
    from base
)

select
    tenant,
    currency,
    months,
    first_day,
    fixed_cost,
    numerator,
    denominator,
    is_plan,
    capacity,
    cast(units_needed as bigint) as units_needed,
    why as missing,
    case
        when why = 'no_history' then 'fewer than 3 full months'
        when why = 'not_reached' then 'a unit sold brings no contribution'
        when why is not null then because
        when units_needed > capacity then 'over the capacity of ' || capacity || ' a month'
        when fixed_cost <= 0 then 'no fixed costs'
        else because
    end as because
from needed
