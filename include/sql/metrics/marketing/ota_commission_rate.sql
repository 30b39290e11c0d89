-- title: Commission rate of travel agencies
-- unit: ratio
-- better: down
-- grain: tenant, scope
-- inputs: bookings, listings?
-- kinds: charter, event, hauling, hotel
-- spared: bookings.confirmed_at
-- needs: the bookings with channel, price and the commission that the agency keeps
-- formula: commissions / prices (after discount, without tax and tip) of the bookings done in the month to
--   date through agencies: channels that the listings call an agency, and bookings with a commission
-- reference: common use
-- owner: marketing
with agency as (
    select distinct
        tenant,
        lower(trim(channel)) as channel
    from listings
    where agency
),

sold as (
    select
        b.currency,
        b.price,
        coalesce(b.commission, 0) as commission,
        1 as sold,
        case when b.commission is null then 1 else 0 end as untold
    from bookings_as_of as b
    cross join period as p
    left join agency as a on b.tenant = a.tenant and lower(trim(b.channel)) = a.channel
    where
        b.status = 'completed'
        and b.last_day >= p.month_start
        and (a.channel is not null or b.commission > 0)
    union all
    select
        currency,
        0 as price,
        0 as commission,
        0 as sold,
        0 as untold
    from tenant
)

select
    currency,
    cast(sum(commission) as bigint) as numerator,
    cast(sum(price) as bigint) as denominator,
    case
        when sum(sold) = 0 then 'no booking through an agency was done in the month to date'
        when sum(untold) > 0 then sum(untold) || ' of ' || sum(sold) || ' bookings without a commission'
    end as because
from sold
group by currency
