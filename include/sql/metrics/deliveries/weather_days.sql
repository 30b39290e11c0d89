-- title: Days lost to weather
-- unit: days
-- better: down
-- grain: tenant, scope
-- inputs: yacht_deliveries
-- kinds: yacht_delivery
-- needs: the days that each delivery lost to weather
-- formula: sum of the weather days of the deliveries that ended in the month to date and of those under way
--   (to date); one that doesn't say is out, and counted
-- reference: delivery operators
-- owner: operations
with told as (
    select
        count(d.delivery_id) as deliveries,
        count(d.weather_days) as known,
        coalesce(sum(d.weather_days), 0) as days_lost
    from deliveries_as_of as d
    where d.is_finished or d.is_open
)

select
    days_lost as value,
    case when deliveries > 0 and known = 0 then 'no_data' end as missing,
    case
        when deliveries > 0 and known = 0 then 'no delivery says how many days the weather cost it'
        when deliveries > known then 'without ' || (deliveries - known) || ' that does not say'
    end as because
from told
