-- title: Cost basis of each delivery
-- inputs: yacht_deliveries, crew_assignments
-- columns: tenant: text, delivery_id: text, status: text, currency: text, ended_on: day, crew: money,
--   fuel: money, provisions: money, travel: money, dockage: money, insurance: money, repairs: money,
--   cost: money, owner_paid: money, route_nm: units, cost_per_nm: money, log_nm: units,
--   cost_per_log_nm: money, fee: money, margin: ratio, quoted_cost: money, quote_variance: money,
--   on_time: boolean, weather_days: days, note: text
-- kinds: yacht_delivery
-- spared: yacht_deliveries.agreed_weather_days, yacht_deliveries.log_nm, yacht_deliveries.owner_paid,
--   yacht_deliveries.quoted_cost, yacht_deliveries.weather_days, yacht_deliveries.window_end
-- needs: the deliveries with what each kind of cost came to, and the crew's assignments with their delivery
-- owner: operations

-- Those under way (to date), then those that ended in the last 12 full months or the running one, newest
-- first. Margin and variance of those under way are as if nothing more were spent. Owner-paid is no cost
-- of ours. No margin and no variance where costs are in several currencies.
select
    c.tenant,
    c.delivery_id,
    c.status,
    c.currency,
    c.crew,
    c.fuel,
    c.provisions,
    c.travel,
    c.dockage,
    c.insurance,
    c.repairs,
    c.cost,
    c.owner_paid,
    c.nm_made_good as route_nm,
    c.log_nm,
    c.fee,
    c.quoted_cost,
    c.ended_day as ended_on,
    c.cost as cost_per_nm_numerator,
    c.nm_made_good as cost_per_nm_denominator,
    c.cost as cost_per_log_nm_numerator,
    c.log_nm as cost_per_log_nm_denominator,
    d.weather_days,
    case when not c.is_mixed then c.fee_earned - c.cost end as margin_numerator,
    case when not c.is_mixed then c.fee_earned end as margin_denominator,
    case when not c.is_mixed and c.status <> 'aborted' then c.cost - c.quoted_cost end as quote_variance,
    case when c.status = 'done' then d.arrived_at <= d.due_at end as on_time,
    case
        when c.is_mixed then 'costs in several currencies'
        when c.is_open and c.cost > c.quoted_cost then 'to date, above its quote'
        when c.is_open then 'to date'
        when c.status = 'aborted' then 'given up: no fee'
    end as note
from delivery_costs as c
cross join period as p
inner join deliveries_as_of as d on c.tenant = d.tenant and c.delivery_id = d.delivery_id
where c.is_open or c.ended_day >= p.full_start_12m
order by c.is_open desc, c.ended_day desc, c.tenant asc, c.delivery_id asc, c.currency asc
