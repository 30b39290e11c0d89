-- title: Cost of deliveries
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: yacht_deliveries, crew_assignments
-- kinds: yacht_delivery
-- spared: yacht_deliveries.agreed_weather_days
-- needs: the deliveries with what each kind of cost came to, and the crew's assignments with their delivery
-- formula: crew, fuel, provisions, travel, dockage, insurance and repairs that we bear, of the deliveries
--   that ended in the month to date and of those under way (to date). Crew: pay of the duties by their days
--   up to the as-of day, and agreed shares. What the yacht's owner paid is apart
-- reference: delivery operators
-- owner: operations
with amounts as (
    select
        currency,
        case when is_finished or is_open then cost else 0 end as cost,
        case when is_open then 1 else 0 end as under_way,
        case when is_finished or is_open then 0 else 1 end as undated
    from delivery_costs
    where is_finished or is_open or (ended_day is null and status in ('done', 'aborted'))
    union all
    select
        currency,
        0 as cost,
        0 as under_way,
        0 as undated
    from tenant
),

summed as (
    select
        currency,
        cast(sum(cost) as bigint) as cost,
        sum(under_way) as under_way,
        sum(undated) as undated
    from amounts
    group by currency
)

select
    currency,
    cost as value,
    case
        when under_way > 0 and undated > 0
            then
                'with ' || under_way || ' under way, to date; without ' || undated
                || ' that do not say when they ended'
        when under_way > 0 then 'with ' || under_way || ' under way, to date'
        when undated > 0 then 'without ' || undated || ' that do not say when they ended'
    end as because
from summed
