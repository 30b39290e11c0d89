-- title: Confirmed bookings that name a campaign, and the campaign that they are attributed to

-- Cancelled ones are out. A business that shares another one's mailing list names that one's campaign: its
-- own campaigns go first. is_attributed: the campaign is known, and the booking was confirmed on one of its
-- window_days, the first day included.
with sold as (
    select
        tenant,
        booking_id,
        campaign_id,
        customer_key,
        currency,
        price,
        commission,
        coalesce(confirmed_day, start_day) as sold_on
    from bookings_as_of
    where ever_confirmed and status <> 'cancelled' and campaign_id is not null
),

begun as (
    select
        c.tenant,
        c.campaign_id,
        c.started_on,
        c.window_days
    from campaigns as c
    cross join period as p
    where c.started_on <= p.as_of and c.created_at < p.as_of_end
),

matched as (
    select
        s.*,
        c.tenant as campaign_tenant,
        c.started_on,
        coalesce(
            s.sold_on >= c.started_on and date_diff('day', c.started_on, s.sold_on) < c.window_days, false
        ) as is_attributed,
        row_number() over (
            partition by s.tenant, s.booking_id
            order by case when s.tenant = c.tenant then 0 else 1 end asc, c.tenant asc
        ) as place
    from sold as s
    left join begun as c on s.campaign_id = c.campaign_id
)

select
    tenant,
    booking_id,
    campaign_id,
    campaign_tenant,
    customer_key,
    currency,
    price,
    commission,
    sold_on,
    is_attributed
from matched
where place = 1
