-- title: Cancellations by channel, last 12 full months
-- inputs: bookings
-- columns: tenant: text, channel: text, ever_confirmed: count, cancelled: count, cancellation_rate: ratio,
--   value_confirmed: money, value_cancelled: money, value_rate: ratio
-- kinds: charter, event, hauling, hotel
-- needs: the list of bookings with when each was confirmed and cancelled
-- owner: sales
with counted as (
    select
        b.tenant,
        b.channel,
        b.currency,
        cast(sum(b.price) as bigint) as value_confirmed,
        cast(sum(case when b.status = 'cancelled' then b.price else 0 end) as bigint) as value_cancelled,
        count(*) as ever_confirmed,
        count(case when b.status = 'cancelled' then 1 end) as cancelled
    from bookings_as_of as b
    cross join period as p
    where
        b.ever_confirmed
        and b.start_day >= p.full_start_12m
        and b.start_day < p.full_end
    group by b.tenant, b.channel, b.currency
)

select
    tenant,
    channel,
    currency,
    ever_confirmed,
    cancelled,
    value_confirmed,
    value_cancelled,
    cancelled as cancellation_rate_numerator,
    ever_confirmed as cancellation_rate_denominator,
    value_cancelled as value_rate_numerator,
    value_confirmed as value_rate_denominator
from counted
order by tenant asc, ever_confirmed desc, channel asc, currency asc
