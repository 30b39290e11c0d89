-- title: Deliveries late
-- unit: count
-- better: down
-- grain: tenant, scope
-- inputs: yacht_deliveries
-- kinds: yacht_delivery
-- spared: yacht_deliveries.agreed_weather_days
-- needs: when each delivery departed and arrived, and until when it had to
-- formula: deliveries that arrived in the month to date after the end of their window plus the agreed
--   weather days, and those under way for which that has passed by the end of the as-of day
-- reference: delivery operators
-- owner: operations
select count(d.delivery_id) as value
from period as p
left join deliveries_as_of as d
    on
        (d.status = 'done' and p.month_start <= d.arrived_day and d.arrived_at > d.due_at)
        or (d.is_open and p.as_of_end > d.due_at)
