-- title: Deliveries on time
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: yacht_deliveries
-- kinds: yacht_delivery
-- spared: yacht_deliveries.agreed_weather_days
-- needs: when each delivery departed and arrived, and until when it had to
-- formula: arrived by the end of the window plus the weather days that the contract allows / arrived, in the
--   month to date; without a window it is out, and counted
-- reference: delivery operators
-- owner: operations
with arrived as (
    select
        count(d.delivery_id) as deliveries,
        count(d.due_at) as dated,
        count(case when d.arrived_at <= d.due_at then 1 end) as on_time
    from period as p
    left join deliveries_as_of as d
        on d.status = 'done' and p.month_start <= d.arrived_day
)

select
    on_time as numerator,
    dated as denominator,
    case
        when deliveries > dated then 'without ' || (deliveries - dated) || ' that had no window'
        when deliveries = 0 then 'no delivery arrived in the month to date'
    end as because
from arrived
