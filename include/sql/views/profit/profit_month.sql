-- title: Revenue and costs of a mean month, by currency, over the last 12 full months

-- A tenant with a ledger of 3 to 11 full months counts with the mean of those; one with fewer is left out
-- and named in young. All amounts are times 27720 (the least common multiple of 1 to 12), so that means over
-- different numbers of months add up exactly. tenants: how many are in; first_day: of the earliest of them.
with scaled as (
    select
        *,
        months >= 3 as is_in,
        case when months >= 3 then 27720 // greatest(months, 1) else 0 end as weight
    from profit_year
)

select
    y.currency,
    cast(coalesce(sum(y.units) filter (where y.is_in), 0) as bigint) as units,
    count(*) filter (where y.is_in) as tenants,
    min(y.months) filter (where y.is_in) as fewest_months,
    min(y.first_day) filter (where y.is_in) as first_day,
    string_agg(distinct y.tenant, ', ' order by y.tenant) filter (where not y.is_in) as young,
    sum(y.revenue * y.weight) as revenue,
    sum(y.expense * y.weight) as expense,
    sum(y.fixed_cost * y.weight) as fixed_cost,
    sum(y.variable_cost * y.weight) as variable_cost,
    sum(y.commission * y.weight) as commission,
    sum(y.contribution * y.weight) as contribution
from scaled as y
group by y.currency
