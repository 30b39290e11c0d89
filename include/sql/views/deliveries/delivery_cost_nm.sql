-- title: Cost and miles of the deliveries that ended in the month to date or are under way, per currency

-- nm: planned route made good, with what these deliveries cost (costs_by_route). log_nm: by the log, with
-- theirs (costs_by_log). A delivery whose miles aren't known is in neither, and counted: without_nm,
-- without_log. cost is that of all of them; cost_text says it in major units.
with counted as (
    select
        currency,
        nm_made_good,
        log_nm,
        cost,
        1 as deliveries
    from delivery_costs
    where is_finished or is_open
    union all
    select
        currency,
        0 as nm_made_good,
        0 as log_nm,
        0 as cost,
        0 as deliveries
    from tenant
),

summed as (
    select
        currency,
        cast(sum(cost) as bigint) as cost,
        cast(sum(case when nm_made_good is not null then cost else 0 end) as bigint) as costs_by_route,
        cast(sum(case when log_nm is not null then cost else 0 end) as bigint) as costs_by_log,
        coalesce(sum(nm_made_good), 0) as nm,
        coalesce(sum(log_nm), 0) as log_nm,
        count(case when nm_made_good is null then 1 end) as without_nm,
        count(case when log_nm is null then 1 end) as without_log,
        sum(deliveries) as deliveries
    from counted
    group by currency
),

places as (
    select
        currency,
        max(minor_units) as minor_units
    from tenant
    group by currency
)

select
    s.currency,
    s.cost,
    s.nm,
    s.log_nm,
    s.costs_by_route,
    s.costs_by_log,
    s.without_nm,
    s.without_log,
    s.deliveries,
    case
        when pl.minor_units is null then s.cost || ' minor units of ' || s.currency
        when pl.minor_units = 1 then s.cost || ' ' || s.currency
        else
            s.cost // pl.minor_units || '.'
            || lpad(
                cast(s.cost % pl.minor_units as varchar),
                cast(length(cast(pl.minor_units as varchar)) - 1 as integer),
                '0'
            )
            || ' ' || s.currency
    end as cost_text
from summed as s
left join places as pl on s.currency = pl.currency
