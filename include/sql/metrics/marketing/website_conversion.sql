-- title: Website conversion
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: web_sessions
-- kinds: charter, event, hauling, rental, hotel
-- needs: the visits to the web site, and which of them ended in an order
-- formula: visits that ended in an order / visits, of those begun in the month to date
-- reference: common use
-- owner: marketing
with visits as (
    select
        w.session_key,
        w.ordered,
        cast(w.started_at at time zone z.name as date) as started_on
    from web_sessions as w
    cross join period as p
    cross join zone as z
    where w.started_at < p.as_of_end and w.created_at < p.as_of_end
)

select
    count(case when v.ordered then 1 end) as numerator,
    count(v.session_key) as denominator
from period as p
left join visits as v on p.month_start <= v.started_on
