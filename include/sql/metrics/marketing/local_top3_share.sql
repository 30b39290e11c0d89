-- title: Keyword-areas among the first three
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: search_rankings
-- kinds: hauling
-- spared: search_rankings.rank
-- needs: the checks of search rankings by keyword and area
-- formula: keyword-areas at rank 3 or better at their last check / keyword-areas checked in the last 35
--   days; by the map's pack, where only the list of results is checked by that; no rank means not among the
--   first 100
-- reference: common use
-- owner: marketing
select
    p.as_of as period_end,
    count(case when r.rank <= 3 then 1 end) as numerator,
    count(r.keyword) as denominator,
    p.as_of - 34 as period_start,
    case
        when count(r.keyword) = 0 then 'no keyword was checked in the last 35 days'
        else count(case when r.rank <= 3 then 1 end) || ' of ' || count(r.keyword)
    end as because
from period as p
left join local_rank as r on true
group by p.as_of
