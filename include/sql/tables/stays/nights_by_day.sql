-- title: Nights by day, last 13 weeks
-- inputs: stays, asset_inventory, asset_blocks?
-- columns: tenant: text, night: day, listed: count, sold: count, owner: count, blocked: count, given: count,
--   free: count
-- kinds: rental, hotel
-- needs: the stays, and how many units were listed and since when
-- owner: operations

-- A row per night from the Monday twelve weeks before the as-of day's week, up to the night of the as-of day,
-- on which a unit was listed. sold: of those that were listed; sold, owner's, blocked, given (free of charge)
-- and free nights add up to the listed ones.
select
    n.tenant,
    n.night,
    count(*) as listed,
    count(*) filter (where n.is_sold) as sold,
    count(*) filter (where n.is_owner and not n.is_sold) as owner,
    count(*) filter (where n.is_blocked and not n.is_sold) as blocked,
    count(*) filter (where n.is_given and not n.is_sold) as given,
    count(*) filter (where n.is_free) as free
from listed_night as n
cross join period as p
where n.night >= date_trunc('week', p.as_of) - interval 12 week and n.night <= p.as_of
group by n.tenant, n.night
order by n.tenant asc, n.night asc
