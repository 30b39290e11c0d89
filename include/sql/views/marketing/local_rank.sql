-- title: Keyword-areas of local search that are tracked, with their place now and four weeks before
-- spared: search_rankings.rank

-- Tracked: checked in the last 35 days. The place is that in the map's pack; where only the list of results
-- is checked, that one. No rank: not among the first 100. before: the last check at least 28 days earlier.
with checks as (
    select
        s.tenant,
        s.keyword,
        s.area,
        s.surface,
        s.checked_on,
        s.rank,
        s.goal,
        p.as_of,
        bool_or(s.surface = 'pack') over (partition by s.tenant, s.keyword, s.area) as has_pack
    from search_rankings as s
    cross join period as p
    where s.checked_on <= p.as_of and s.created_at < p.as_of_end
),

placed as (
    select
        *,
        row_number() over (partition by tenant, keyword, area order by checked_on desc) as place,
        max(checked_on) over (partition by tenant, keyword, area) as last_checked
    from checks
    where surface = 'pack' or not has_pack
),

earlier as (
    select
        tenant,
        keyword,
        area,
        checked_on,
        rank,
        row_number() over (partition by tenant, keyword, area order by checked_on desc) as place
    from placed
    where date_diff('day', checked_on, last_checked) >= 28
)

select
    n.tenant,
    n.keyword,
    n.area,
    n.surface,
    n.checked_on,
    n.rank,
    n.goal,
    e.checked_on as checked_before,
    e.rank as rank_before
from placed as n
left join earlier as e on n.tenant = e.tenant and n.keyword = e.keyword and n.area = e.area and e.place = 1
where n.place = 1 and date_diff('day', n.checked_on, n.as_of) < 35
