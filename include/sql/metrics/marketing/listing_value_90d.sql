-- title: Worth of the next travel-agency listing, first 90 days
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: listings, bookings, general_ledger?, chart_of_accounts?
-- kinds: charter, event
-- spared: listings.live_on, listings.set_up, listings.assumption_source, bookings.confirmed_at
-- needs: the listings with fee, lead days and bookings expected a month, the bookings, and what a booking
--   costs: a ledger with a chart of accounts, or the setting other_variable_cost
-- formula: the best of the listings at agencies that are planned, applied for or paused: bookings a month x
--   (90 - lead days) / 30.4375 x (value x (1 - fee) - other variable cost) - set-up; value is the mean
--   price of the bookings done in the last 12 full months (without any the setting plan_price), other
--   variable cost the setting other_variable_cost (without it the ledger's, a booking done)
-- reference: ours
-- owner: marketing
with next_one as (
    select
        *,
        row_number() over (
            partition by currency
            order by
                case when why_not is null then 0 else 1 end asc,
                numerator * 1000 // denominator desc,
                tenant asc, listing_id asc
        ) as place,
        count(case when why_not is not null then 1 end) over (partition by currency) as unknown,
        max(why_not) over (partition by currency) as why
    from listing_value
    where not is_live and state <> 'removed'
)

select
    t.currency,
    n.numerator,
    p.as_of as period_start,
    p.as_of as period_end,
    coalesce(n.denominator, 1) as denominator,
    case when n.why_not is not null or n.listing_id is null then 'no_history' end as missing,
    case
        when n.listing_id is null then 'no listing at an agency is left to open'
        when n.why_not is not null then n.why_not
        else
            n.channel || '; expected bookings: ' || coalesce(n.assumption_source, 'source not given')
            || '; other variable cost: ' || n.cost_source
            || case when n.unknown > 0 then '; not valued: ' || n.unknown || ' (' || n.why || ')' else '' end
    end as because
from (select distinct currency from tenant) as t
cross join period as p
left join next_one as n on t.currency = n.currency and n.place = 1
