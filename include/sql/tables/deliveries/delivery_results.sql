-- title: Results of deliveries, month to date and last 12 full months
-- inputs: yacht_deliveries, crew_assignments
-- columns: span: text, currency: text, deliveries: count, fee: money, cost: money, owner_paid: money,
--   margin: ratio, route_nm: units, cost_per_nm: money, quote_variance: money, on_time: ratio,
--   without_window: count, weather_days: days, note: text
-- kinds: yacht_delivery
-- spared: yacht_deliveries.agreed_weather_days, yacht_deliveries.log_nm, yacht_deliveries.owner_paid,
--   yacht_deliveries.quoted_cost, yacht_deliveries.weather_days, yacht_deliveries.window_end
-- needs: the deliveries with what each kind of cost came to, and the crew's assignments with their delivery
-- owner: operations

-- Those that ended in the span: one given up brings its cost and no fee. No margin where costs are in several
-- currencies. on_time: of those that arrived and had a window.
with spans as (
    select
        1 as place,
        'month to date' as span,
        month_start as first_day,
        as_of as last_day
    from period
    union all
    select
        2 as place,
        'last 12 full months' as span,
        full_start_12m as first_day,
        cast(full_end - interval 1 day as date) as last_day
    from period
),

currencies as (
    select distinct currency
    from tenant
),

ended as (
    select
        c.*,
        d.due_at,
        d.arrived_at,
        d.weather_days
    from delivery_costs as c
    inner join deliveries_as_of as d
        on c.tenant = d.tenant and c.delivery_id = d.delivery_id and c.currency = d.currency
    where c.ended_day is not null
),

summed as (
    select
        s.place,
        s.span,
        m.currency,
        cast(coalesce(sum(e.fee_earned), 0) as bigint) as fee,
        cast(coalesce(sum(e.cost), 0) as bigint) as cost,
        cast(coalesce(sum(e.owner_paid), 0) as bigint) as owner_paid,
        cast(sum(case when e.nm_made_good is not null then e.cost end) as bigint) as cost_of_route,
        cast(sum(case when e.status = 'done' then e.cost - e.quoted_cost end) as bigint) as variance,
        count(e.delivery_id) as deliveries,
        count(case when e.is_mixed then 1 end) as mixed,
        sum(e.nm_made_good) as route_nm,
        count(case when e.arrived_at <= e.due_at then 1 end) as on_time,
        count(case when e.status = 'done' then e.due_at end) as with_window,
        count(case when e.status = 'done' and e.due_at is null then 1 end) as without_window,
        sum(e.weather_days) as weather_days
    from spans as s
    cross join currencies as m
    left join ended as e
        on m.currency = e.currency and s.first_day <= e.ended_day and s.last_day >= e.ended_day
    group by s.place, s.span, m.currency
)

select
    span,
    currency,
    deliveries,
    fee,
    cost,
    owner_paid,
    route_nm,
    cost_of_route as cost_per_nm_numerator,
    route_nm as cost_per_nm_denominator,
    on_time as on_time_numerator,
    with_window as on_time_denominator,
    without_window,
    weather_days,
    case when mixed = 0 then fee - cost end as margin_numerator,
    case when mixed = 0 then fee end as margin_denominator,
    case when mixed = 0 then variance end as quote_variance,
    case when mixed > 0 then 'without the costs in other currencies' end as note
from summed
order by currency asc, place asc
