-- title: Listings at travel agencies
-- inputs: listings
-- columns: tenant: text, channel: text, listing_id: text, state: text, live_on: day, fee: ratio
-- kinds: charter, event
-- spared: listings.live_on
-- needs: the listings with their channel and state
-- owner: marketing
select
    l.tenant,
    l.channel,
    l.listing_id,
    l.state,
    l.live_on,
    l.fee
from listings as l
cross join period as p
where l.agency and l.created_at < p.as_of_end
order by l.tenant asc, l.fee asc, l.channel asc, l.listing_id asc
