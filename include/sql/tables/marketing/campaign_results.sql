-- title: Campaigns
-- inputs: campaigns, bookings
-- columns: tenant: text, campaign_id: text, channel: text, started_on: day, window_days: count, sent: count,
--   delivered: count, bookings: count, response: ratio, spend: money, revenue: money, roas: ratio
-- kinds: charter, event, hauling
-- needs: the campaigns with their spend, and the bookings that name them
-- owner: marketing

-- Each over its whole life up to the as-of day, the latest first. A booking counts for the campaign that it
-- names, if it was confirmed, and not cancelled, within the campaign's window.
select
    tenant,
    campaign_id,
    channel,
    started_on,
    window_days,
    currency,
    sent,
    delivered,
    bookings,
    spend,
    revenue,
    bookings as response_numerator,
    delivered as response_denominator,
    revenue as roas_numerator,
    spend as roas_denominator
from campaign_result
order by started_on desc, tenant asc, campaign_id asc
