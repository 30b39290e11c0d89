-- title: Highest commission rate of a channel
-- unit: ratio
-- better: down
-- grain: tenant, scope
-- inputs: bookings
-- kinds: charter, event, hauling, hotel
-- needs: the bookings with channel, price and the commission that the channel keeps
-- formula: commissions / prices of each channel's inquiries of the last 12 full months that were confirmed
--   and not cancelled; the highest of the channels
-- reference: common use
-- owner: marketing
with rates as (
    select
        tenant,
        channel,
        currency,
        sold,
        revenue,
        commission,
        row_number() over (
            partition by currency
            order by cast(commission as hugeint) * 1000000000 // revenue desc, tenant asc, channel asc
        ) as place
    from channel_result
    where revenue > 0
)

select
    t.currency,
    p.full_start_12m as period_start,
    coalesce(r.commission, 0) as numerator,
    coalesce(r.revenue, 0) as denominator,
    p.full_end - 1 as period_end,
    case
        when r.channel is null then 'nothing was sold in the last 12 full months'
        when r.commission = 0 then 'no channel took a commission'
        else r.channel || ', ' || r.sold || ' bookings'
    end as because
from (select distinct currency from tenant) as t
cross join period as p
left join rates as r on t.currency = r.currency and r.place = 1
