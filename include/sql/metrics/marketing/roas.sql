-- title: Return on advertising spend
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: campaigns, bookings
-- kinds: charter, event, hauling
-- needs: the campaigns with their spend, and the bookings that name them
-- formula: prices of the bookings attributed to a campaign / its spend, over the campaigns with spend whose
--   window reaches into the last 12 full months or beyond, each over its whole life; a booking is
--   attributed to the campaign that it names if it was confirmed, and not cancelled, within the campaign's
--   window
-- reference: common use
-- owner: marketing
with results as (
    select
        currency,
        paid_revenue as revenue,
        spend,
        1 as ran,
        case when spend > 0 then bookings else 0 end as bookings,
        case when spend > 0 then elsewhere else 0 end as elsewhere,
        case when spend > 0 then 0 else bookings end as free,
        0 as unattributed
    from campaign_result
    where is_recent
    union all
    select
        c.currency,
        0 as revenue,
        0 as spend,
        0 as ran,
        0 as bookings,
        0 as elsewhere,
        0 as free,
        1 as unattributed
    from campaign_claim as c
    cross join period as p
    where not c.is_attributed and c.sold_on >= p.full_start_12m
    union all
    select
        currency,
        0 as revenue,
        0 as spend,
        0 as ran,
        0 as bookings,
        0 as elsewhere,
        0 as free,
        0 as unattributed
    from tenant
)

select
    r.currency,
    cast(sum(r.revenue) as bigint) as numerator,
    cast(sum(r.spend) as bigint) as denominator,
    p.full_start_12m as period_start,
    p.as_of as period_end,
    case
        when sum(r.ran) = 0 then 'no campaign ran in the last 12 full months or since'
        when sum(r.spend) = 0
            then 'nothing was spent on the campaigns; attributed bookings: ' || sum(r.free)
        else
            sum(r.bookings) || ' bookings'
            || case
                when sum(r.elsewhere) > 0 then ', of which in other currencies: ' || sum(r.elsewhere)
                else ''
            end
            || case when sum(r.free) > 0 then '; of campaigns without spend: ' || sum(r.free) else '' end
            || case
                when sum(r.unattributed) > 0
                    then '; out of a window or of an unknown campaign: ' || sum(r.unattributed)
                else ''
            end
    end as because
from results as r
cross join period as p
group by r.currency, p.full_start_12m, p.as_of
