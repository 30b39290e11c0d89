-- title: All bookings by channel
-- inputs: bookings
-- columns: tenant: text, channel: text, bookings: count, ever_confirmed: count, done: count,
--   cancelled: count, no_shows: count, cancellation_rate: ratio, lead_days: days
-- kinds: charter, event, hauling, hotel
-- needs: the list of bookings with when each was confirmed and cancelled
-- owner: sales
select
    b.tenant,
    cast(
        coalesce(sum(case when b.ever_confirmed then date_diff('day', b.confirmed_day, b.start_day) end), 0)
        as bigint
    ) as lead_days_numerator,
    coalesce(b.channel, 'all channels') as channel,
    count(*) as bookings,
    count(case when b.ever_confirmed then 1 end) as ever_confirmed,
    count(case when b.status = 'completed' then 1 end) as done,
    count(case when b.ever_confirmed and b.status = 'cancelled' then 1 end) as cancelled,
    count(case when b.status = 'no_show' then 1 end) as no_shows,
    count(case when b.ever_confirmed and b.status = 'cancelled' then 1 end) as cancellation_rate_numerator,
    count(case when b.ever_confirmed then 1 end) as cancellation_rate_denominator,
    count(case when b.ever_confirmed then b.confirmed_day end) as lead_days_denominator
from bookings_as_of as b
group by grouping sets ((b.tenant), (b.tenant, b.channel))
order by b.tenant asc, case when b.channel is null then 0 else 1 end asc, bookings desc, b.channel asc
