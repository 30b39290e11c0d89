-- title: Time to the first reply
-- unit: hours
-- better: down
-- grain: tenant, scope
-- inputs: bookings
-- kinds: charter, event, hauling
-- needs: when each inquiry was first answered
-- formula: median (nearest rank: the lower of the two in the middle) of the hours from inquiry to first
--   reply, of the inquiries of the month to date; one that is not answered yet counts with the time waited
--   so far
-- reference: common use
-- owner: sales
with leads as (
    select
        b.created_at,
        p.as_of_end,
        p.month_start,
        cast(b.created_at at time zone z.name as date) as asked_on,
        case when b.first_reply_at < p.as_of_end then b.first_reply_at end as replied_at
    from bookings as b
    cross join period as p
    cross join zone as z
    where b.created_at < p.as_of_end
),

waits as (
    select greatest(date_diff('second', created_at, coalesce(replied_at, as_of_end)), 0) as seconds_waited
    from leads
    where asked_on >= month_start
),

ranked as (
    select
        seconds_waited,
        row_number() over (order by seconds_waited) as place,
        count(*) over () as places
    from waits
),

known as (
    select count(first_reply_at) as replies
    from bookings
)

select
    3600 as denominator,
    min(case when r.place * 2 >= r.places and r.place * 2 <= r.places + 1 then r.seconds_waited end)
        as numerator,
    case
        when k.replies = 0 then 'no_data'
        when count(r.place) = 0 then 'zero_denominator'
    end as missing,
    case
        when k.replies = 0 then 'no inquiry says when it was answered'
        when count(r.place) = 0 then 'nobody inquired in the month to date'
    end as because
from known as k
left join ranked as r on true
group by k.replies
