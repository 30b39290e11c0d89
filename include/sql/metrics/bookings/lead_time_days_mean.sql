-- title: Lead time, mean
-- unit: days
-- better: neither
-- grain: tenant, scope
-- inputs: bookings
-- kinds: charter, event, hauling, hotel
-- needs: when each booking was confirmed
-- formula: mean of the local days from confirmation to start, of bookings ever confirmed that start in the
--   month to date; beside the median, which one booking far ahead does not move
-- reference: revenue management
-- owner: sales
with leads as (
    select
        b.confirmed_day,
        date_diff('day', b.confirmed_day, b.start_day) as days_ahead
    from bookings_as_of as b
    cross join period as p
    where
        b.ever_confirmed
        and b.start_day >= p.month_start
        and b.start_day <= p.as_of
)

select
    cast(coalesce(sum(days_ahead), 0) as bigint) as numerator,
    count(confirmed_day) as denominator,
    case when count(*) > 0 and count(confirmed_day) = 0 then 'no_data' end as missing,
    case
        when count(*) > 0 and count(confirmed_day) = 0 then 'no booking says when it was confirmed'
    end as because
from leads
