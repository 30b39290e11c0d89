-- title: Listings at travel agencies
-- inputs: listings, bookings?, general_ledger?, chart_of_accounts?
-- columns: tenant: text, channel: text, listing_id: text, state: text, live_on: day, fee: ratio, lead_days:
--   count, bookings_per_month: units, set_up: money, value_90d: money, assumption_source: text, note: text
-- kinds: charter, event
-- spared: listings.live_on, listings.set_up, listings.lead_days, listings.bookings_per_month,
--   listings.assumption_source, bookings.confirmed_at
-- needs: the listings with their channel and state
-- owner: marketing

-- The one worth most in its first 90 days first; those whose worth is not known last, the lowest fee first.
select
    tenant,
    channel,
    listing_id,
    state,
    live_on,
    fee,
    lead_days,
    bookings_per_month,
    set_up,
    currency,
    assumption_source,
    case when why_not is null then numerator end as value_90d_numerator,
    case when why_not is null then denominator end as value_90d_denominator,
    coalesce(why_not, 'other variable cost: ' || cost_source) as note
from listing_value
order by
    case when why_not is null then numerator * 1000 // denominator end desc nulls last,
    tenant asc, fee asc, channel asc, listing_id asc
