-- title: Travel-agency listings that are live
-- unit: count
-- better: up
-- grain: tenant, scope
-- inputs: listings
-- kinds: charter, event
-- spared: listings.live_on
-- needs: the listings with their channel and state
-- formula: listings at travel agencies (OTA) that are live on the as-of day; with none it is a true 0
-- reference: common use
-- owner: marketing
select
    p.as_of as period_start,
    p.as_of as period_end,
    count(l.listing_id) as value
from period as p
left join listings as l
    on
        l.agency
        and l.state = 'live'
        and coalesce(p.as_of >= l.live_on, true)
        and p.as_of_end > l.created_at
group by p.as_of
