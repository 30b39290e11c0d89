-- title: Campaigns begun by the as-of day, with what they brought
-- spared: campaigns.sent, campaigns.delivered

-- Over each campaign's whole life to the as-of day, so that spend and bookings are of the same days.
-- is_recent: its window reaches into the last 12 full months or beyond. revenue: prices of the attributed
-- bookings in the campaign's currency, paid_revenue of the campaigns that cost something; elsewhere:
-- attributed bookings in other ones.
select
    c.tenant,
    c.campaign_id,
    c.channel,
    c.started_on,
    c.window_days,
    c.currency,
    c.spend,
    c.sent,
    c.delivered,
    cast(coalesce(sum(case when a.currency = c.currency then a.price end), 0) as bigint) as revenue,
    cast(coalesce(sum(case when a.currency = c.currency then a.commission end), 0) as bigint) as commission,
    cast(coalesce(sum(case when c.spend > 0 and a.currency = c.currency then a.price end), 0) as bigint)
        as paid_revenue,
    cast(c.started_on + cast(c.window_days as integer) as date) > p.full_start_12m as is_recent,
    count(a.booking_id) as bookings,
    count(case when a.currency <> c.currency then 1 end) as elsewhere
from campaigns as c
cross join period as p
left join campaign_claim as a
    on c.tenant = a.campaign_tenant and c.campaign_id = a.campaign_id and a.is_attributed
where c.started_on <= p.as_of and c.created_at < p.as_of_end
group by
    c.tenant, c.campaign_id, c.channel, c.started_on, c.window_days, c.currency, c.spend, c.sent, c.delivered,
    p.full_start_12m
