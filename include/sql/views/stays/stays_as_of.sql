-- title: Stays, as they stood at the end of the as-of day
-- spared: stays.cancelled_at

-- What happened after that day is undone: a later cancellation is confirmed again; a stay is completed once
-- its day of departure has come, whether or not the source says so. nights is [check_in, check_out) in
-- calendar days, so that a clock change is no matter. occupies: it takes (or took) the unit.
with known as (
    select
        s.*,
        s.status = 'cancelled' and coalesce(s.cancelled_at < p.as_of_end, true) as cancelled_by_then,
        s.status = 'no_show' and s.check_in <= p.as_of as missed_by_then,
        s.check_out <= p.as_of as is_over
    from stays as s
    cross join period as p
    where s.created_at < p.as_of_end
)

select
    tenant,
    stay_id,
    unit_id,
    kind,
    check_in,
    check_out,
    currency,
    rent,
    cleaning,
    tax,
    commission,
    cancel_fee,
    cancelled_at,
    channel,
    created_at,
    source_key,
    case
        when cancelled_by_then then 'cancelled'
        when missed_by_then then 'no_show'
        when is_over then 'completed'
        else 'confirmed'
    end as status,
    not cancelled_by_then and not missed_by_then as occupies,
    greatest(date_diff('day', check_in, check_out), 0) as nights
from known
