-- title: Margin of deliveries
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: yacht_deliveries, crew_assignments
-- kinds: yacht_delivery
-- spared: yacht_deliveries.agreed_weather_days
-- needs: the deliveries with fee and costs, and the crew's assignments with their delivery
-- formula: (fee - cost that we bear) / fee, of the deliveries that ended in the month to date; one that was
--   given up brings its cost and no fee. One under way is not in it: its cost is not complete
-- reference: delivery operators
-- owner: operations
with counted as (
    select
        currency,
        fee_earned,
        cost,
        case when is_mixed then 1 else 0 end as mixed
    from delivery_costs
    where is_finished
    union all
    select
        currency,
        0 as fee_earned,
        0 as cost,
        0 as mixed
    from tenant
),

summed as (
    select
        currency,
        cast(sum(fee_earned) as bigint) as fee,
        cast(sum(cost) as bigint) as cost,
        sum(mixed) as mixed
    from counted
    group by currency
)

select
    currency,
    fee as denominator,
    fee - cost as numerator,
    case when mixed > 0 then 'no_data' when fee = 0 then 'zero_denominator' end as missing,
    case
        when mixed > 0
            then 'costs in another currency than the fee: ' || mixed || ' of the deliveries'
        when fee = 0 and cost > 0 then 'the deliveries that ended in the month to date brought no fee'
        when fee = 0 then 'no delivery ended in the month to date'
    end as because
from summed
