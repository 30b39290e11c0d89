-- title: Channels, last 12 full months
-- inputs: bookings, campaigns?
-- columns: tenant: text, channel: text, leads: count, bookings: count, conversion: ratio, interval: text,
--   revenue: money, commission: money, net_rate: money, spend: money, new_customers: count, cac: money,
--   roas: ratio
-- kinds: charter, event, hauling, hotel
-- spared: bookings.commission, bookings.campaign_id, bookings.customer_key
-- needs: the list of bookings with every inquiry, also those that came to nothing, and when each was
--   confirmed
-- owner: marketing

-- Leads are the inquiries of the 12 months, bookings those of them that were confirmed; revenue, commission
-- and net rate (a booking, after commission) are without the cancelled ones. Spend, new customers, CAC and
-- ROAS are those of the channel's campaigns that roas counts, each over its whole life; a channel without a
-- campaign has none. interval: the 95 % Wilson interval of the conversion of fewer than 30 leads.
with advertised as (
    select
        tenant,
        channel,
        currency,
        cast(sum(spend) as bigint) as spend,
        cast(sum(paid_revenue) as bigint) as attributed
    from campaign_result
    where is_recent
    group by tenant, channel, currency
),

won as (
    select
        c.tenant,
        c.channel,
        c.currency,
        count(*) as new_customers
    from campaign_result as c
    inner join campaign_claim as a
        on c.tenant = a.campaign_tenant and c.campaign_id = a.campaign_id and a.is_attributed
    inner join new_customer as n on a.tenant = n.tenant and a.booking_id = n.booking_id
    where c.is_recent
    group by c.tenant, c.channel, c.currency
),

joined as (
    select
        a.spend,
        a.attributed,
        case when a.channel is not null then coalesce(w.new_customers, 0) end as new_customers,
        coalesce(c.tenant, a.tenant) as tenant,
        coalesce(c.channel, a.channel) as channel,
        coalesce(c.currency, a.currency) as currency,
        coalesce(c.leads, 0) as leads,
        coalesce(c.bookings, 0) as bookings,
        coalesce(c.sold, 0) as sold,
        coalesce(c.revenue, 0) as revenue,
        coalesce(c.commission, 0) as commission
    from channel_result as c
    full outer join advertised as a
        on c.tenant = a.tenant and c.channel = a.channel and c.currency = a.currency
    left join won as w on a.tenant = w.tenant and a.channel = w.channel and a.currency = w.currency
)

select
    j.tenant,
    j.channel,
    j.currency,
    j.leads,
    j.bookings,
    j.revenue,
    j.commission,
    j.spend,
    j.new_customers,
    j.bookings as conversion_numerator,
    j.leads as conversion_denominator,
    j.sold as net_rate_denominator,
    j.spend as cac_numerator,
    j.new_customers as cac_denominator,
    j.attributed as roas_numerator,
    j.spend as roas_denominator,
    j.revenue - j.commission as net_rate_numerator,
    w.low // 10 || '.' || (w.low % 10) || ' % to ' || w.high // 10 || '.' || (w.high % 10) || ' %' as interval
from joined as j
left join wilson_small as w on j.bookings = w.successes and j.leads = w.trials
order by j.tenant asc, j.revenue desc, j.leads desc, j.channel asc, j.currency asc
