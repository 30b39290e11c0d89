-- title: Local search, by keyword and area
-- inputs: search_rankings
-- columns: tenant: text, keyword: text, area: text, surface: text, rank: count, rank_before: count, goal:
--   count, at_goal: boolean, checked_on: day, checked_before: day
-- kinds: hauling
-- spared: search_rankings.rank, search_rankings.goal
-- needs: the checks of search rankings by keyword and area
-- owner: marketing

-- What is furthest from its goal first. No rank: not among the first 100. Before: the last check at least 28
-- days earlier.
select
    tenant,
    keyword,
    area,
    surface,
    rank,
    rank_before,
    goal,
    checked_on,
    checked_before,
    case when goal is not null then coalesce(rank <= goal, false) end as at_goal
from local_rank
order by
    case when goal is null then 1 else 0 end asc,
    coalesce(rank, 101) - coalesce(goal, 0) desc,
    tenant asc, keyword asc, area asc
