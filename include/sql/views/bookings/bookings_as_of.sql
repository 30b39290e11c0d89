-- title: Bookings, as they stood at the end of the as-of day
-- spared: bookings.cancelled_at

-- What happened after that day is undone: a later cancellation is confirmed again, a later confirmation is
-- a quote, and a confirmed booking counts as completed once it is over, whatever the source says now.
-- start_day and last_day are the first and last local day touched by [starts_at, ends_at); an end at 00:00
-- touches none. day_count is how many they are. confirmed_day, cancelled_day: local days, null where it did
-- not happen by the as-of day. ever_confirmed: it was binding at some time, cancelled later or not.
with known as (
    select
        b.*,
        cast(b.starts_at at time zone z.name as date) as start_day,
        cast(greatest(b.starts_at, b.ends_at - interval 1 microsecond) at time zone z.name as date)
            as last_day,
        cast(b.confirmed_at at time zone z.name as date) as confirmed_local,
        cast(b.cancelled_at at time zone z.name as date) as cancelled_local,
        b.status in ('confirmed', 'completed', 'no_show')
        or (b.status = 'cancelled' and b.confirmed_at is not null) as is_binding,
        coalesce(b.confirmed_at < p.as_of_end, true) as confirmed_by_then,
        b.status = 'cancelled' and coalesce(b.cancelled_at < p.as_of_end, true) as cancelled_by_then,
        b.starts_at < p.as_of_end as started,
        b.ends_at <= p.as_of_end as is_over
    from bookings as b
    cross join period as p
    cross join zone as z
    where b.created_at < p.as_of_end
)

select
    tenant,
    booking_id,
    start_day,
    last_day,
    created_at,
    confirmed_at,
    cancelled_at,
    starts_at,
    ends_at,
    first_reply_at,
    free_cancel_until,
    balance_due_on,
    asset_id,
    customer_key,
    channel,
    campaign_id,
    guests_aboard,
    currency,
    price,
    tax,
    tip,
    commission,
    cancel_fee,
    source_key,
    case
        when cancelled_by_then then 'cancelled'
        when status = 'inquiry' then 'inquiry'
        when not is_binding or not confirmed_by_then then 'quoted'
        when status = 'no_show' and started then 'no_show'
        when is_over then 'completed'
        else 'confirmed'
    end as status,
    is_binding and confirmed_by_then as ever_confirmed,
    date_diff('day', start_day, last_day) + 1 as day_count,
    case when confirmed_by_then then confirmed_local end as confirmed_day,
    case when cancelled_by_then then cancelled_local end as cancelled_day
from known
