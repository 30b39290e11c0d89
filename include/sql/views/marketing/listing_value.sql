-- title: Listings at agencies, with what each is worth in its first 90 days: numerator / denominator

-- In minor units. bookings a month x (90 - lead days) / 30.4375 x (value x (1 - fee) - other variable cost)
-- - set-up. value: mean price of the bookings done in the last 12 full months, else the setting plan_price.
-- Fees and bookings a month count to a millionth.
with priced as (
    select
        t.tenant,
        t.currency,
        coalesce(
            sum(o.price), cast(cast(max(s.value) as decimal(18, 4)) * max(t.minor_units) as bigint)
        ) as price,
        case when count(o.booking_id) > 0 then count(o.booking_id) when max(s.value) is not null then 1 end
            as orders,
        max(t.minor_units) as minor_units
    from tenant as t
    left join order_value as o on t.tenant = o.tenant and t.currency = o.currency
    left join tenant_setting as s on t.tenant = s.tenant and s.name = 'plan_price'
    group by t.tenant, t.currency
),

terms as (
    select
        l.tenant,
        l.listing_id,
        l.channel,
        l.state,
        l.live_on,
        l.fee,
        l.lead_days,
        l.bookings_per_month,
        l.set_up,
        l.assumption_source,
        l.currency,
        r.minor_units,
        r.orders,
        r.price,
        v.source as cost_source,
        v.numerator as cost,
        v.denominator as units,
        cast(round(l.fee * 1000000, 0) as hugeint) as fee_millionths,
        cast(round(l.bookings_per_month * 1000000, 0) as hugeint) as monthly_millionths,
        l.state = 'live' and coalesce(l.live_on <= p.as_of, true) as is_live,
        greatest(90 - l.lead_days, 0) as days_open
    from listings as l
    cross join period as p
    left join priced as r on l.tenant = r.tenant and l.currency = r.currency
    left join unit_variable_cost as v on l.tenant = v.tenant and l.currency = v.currency
    where l.agency and l.created_at < p.as_of_end
),

valued as (
    select
        *,
        487 * units * orders * cast(1000000000000 as hugeint) as denominator,
        16 * monthly_millionths * days_open
        * (price * (1000000 - fee_millionths) * units - cost * cast(orders as hugeint) * 1000000) as gross
    from terms
)

select
    tenant,
    listing_id,
    channel,
    state,
    is_live,
    live_on,
    fee,
    lead_days,
    bookings_per_month,
    set_up,
    assumption_source,
    currency,
    minor_units,
    price,
    orders,
    cost,
    units,
    cost_source,
    denominator,
    case when state <> 'removed' then gross - coalesce(set_up, 0) * denominator end as numerator,
    case
        when state = 'removed' then 'removed'
        when monthly_millionths is null then 'bookings a month not given'
        when days_open is null then 'lead days not given'
        when orders is null then 'no booking done in 12 months, and no setting plan_price'
        when units is null then 'no variable cost in the ledger, and no setting other_variable_cost'
    end as why_not
from valued
