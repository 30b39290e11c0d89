-- title: Yacht deliveries, as they stood at the end of the as-of day
-- spared: yacht_deliveries.decided_on, yacht_deliveries.aborted_on

-- What happened after that day is undone: a delivery that arrived later is under way, one that departed
-- later is won, one that was decided later is quoted. arrived_day, ended_day: local days, null until then;
-- ended_day is that of the arrival, or the day on which it was given up.
-- due_at: end of the window and the weather days that the contract allows, by the clock on the wall.
-- nm_made_good: the planned route once arrived; before that what the log shows of it, null without a log.
-- fee_earned: nothing for one that was given up.
-- is_finished: ended in the month to date. is_open: under way at the end of the as-of day.
with known as (
    select
        d.*,
        p.month_start,
        cast(d.arrived_at at time zone z.name as date) as arrived_local,
        d.status = 'aborted' and coalesce(d.aborted_on <= p.as_of, true) as aborted_by_then,
        d.status = 'lost' and coalesce(d.decided_on <= p.as_of, true) as lost_by_then,
        d.status not in ('quoted', 'lost')
        and coalesce(d.decided_on <= p.as_of, d.status <> 'aborted') as won_by_then,
        coalesce(d.departed_at < p.as_of_end, d.status in ('under_way', 'done')) as departed_by_then,
        coalesce(d.arrived_at < p.as_of_end, d.status = 'done') as arrived_by_then,
        (
            d.window_end at time zone z.name
            + cast(round(coalesce(d.agreed_weather_days, 0) * 1440, 0) as bigint) * interval 1 minute
        ) at time zone z.name as due_at
    from yacht_deliveries as d
    cross join period as p
    cross join zone as z
    where d.quoted_on <= p.as_of and d.created_at < p.as_of_end
),

staged as (
    select
        *,
        case
            when aborted_by_then then 'aborted'
            when lost_by_then then 'lost'
            when arrived_by_then then 'done'
            when departed_by_then then 'under_way'
            when won_by_then then 'won'
            else 'quoted'
        end as stage
    from known
),

ended as (
    select
        *,
        case stage when 'done' then arrived_local when 'aborted' then aborted_on end as ended_day
    from staged
)

select
    tenant,
    delivery_id,
    client_key,
    quoted_on,
    decided_on,
    departed_at,
    window_end,
    due_at,
    ended_day,
    route_nm,
    log_nm,
    currency,
    fee,
    quoted_cost,
    fuel,
    provisions,
    travel,
    dockage,
    insurance,
    repairs_own,
    owner_paid,
    weather_days,
    agreed_weather_days,
    source_key,
    stage as status,
    case when stage = 'done' then arrived_at end as arrived_at,
    case when stage = 'done' then arrived_local end as arrived_day,
    case
        when stage = 'done' then route_nm
        when stage in ('under_way', 'aborted') and log_nm is not null then least(log_nm, route_nm)
    end as nm_made_good,
    case when stage <> 'aborted' then fee else 0 end as fee_earned,
    coalesce(ended_day >= month_start, false) as is_finished,
    stage = 'under_way' as is_open
from ended
