-- title: Clients with recurring contracts, at the start and at the end of each of the last months

-- A row per client, currency and month (the last 12 full ones, and the running one). The start is the end
-- of the day before the month, the end that of its last day up to the as-of day, so that months join up.
-- was_client, is_client: a recurring contract is active then, or would be but for a pause, which keeps
-- the client and not the fee. start_year, end_year: the fees of a year (their twelfth is MRR). left_why:
-- of one who was and no longer is a client, why the contract stopped that stopped last; of several on one
-- day a cancellation.
with edge as (
    select
        month,
        cast(month - interval 1 day as date) as first_day_before,
        cast(ends_before - interval 1 day as date) as last_day
    from month_spine
    where months_back <= 12
),

recurring as (
    select
        c.*,
        e.month,
        e.last_day,
        c.active_from <= e.first_day_before and coalesce(c.stop_day > e.first_day_before, true) as was_active,
        c.active_from <= e.last_day and coalesce(c.stop_day > e.last_day, true) as is_active_then,
        case
            when c.paused_on is null then c.is_paused
            else c.paused_on <= e.first_day_before and not coalesce(c.resumed_on <= e.first_day_before, false)
        end as was_paused,
        case
            when c.paused_on is null then c.is_paused
            else c.paused_on <= e.last_day and not coalesce(c.resumed_on <= e.last_day, false)
        end as is_paused_then
    from contracts_as_of as c
    cross join edge as e
    where
        c.interval <> 'once'
        and c.active_from <= e.last_day
        and coalesce(c.stop_day >= e.month, true)
        and coalesce(c.stop_day > c.active_from, true)
),

ranked_stops as (
    select
        tenant,
        client_key,
        month,
        stop_why,
        row_number() over (
            partition by tenant, client_key, month order by stop_day desc, stop_why asc
        ) as place
    from recurring
    where stop_day <= last_day
),

sums as (
    select
        tenant,
        client_key,
        currency,
        month,
        bool_or(was_active) as was_client,
        bool_or(is_active_then) as is_client,
        sum(case when was_active and not was_paused then year_amount else 0 end) as start_year,
        sum(case when is_active_then and not is_paused_then then year_amount else 0 end) as end_year
    from recurring
    group by tenant, client_key, currency, month
)

select
    s.tenant,
    s.client_key,
    s.currency,
    s.month,
    s.was_client,
    s.is_client,
    cast(s.start_year as bigint) as start_year,
    cast(s.end_year as bigint) as end_year,
    r.stop_why as left_why
from sums as s
left join ranked_stops as r
    on s.tenant = r.tenant and s.client_key = r.client_key and s.month = r.month and r.place = 1
