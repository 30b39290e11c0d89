-- title: Keyword-areas at their goal
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: search_rankings
-- kinds: hauling
-- spared: search_rankings.rank
-- needs: the checks of search rankings by keyword and area, with the place that is wanted
-- formula: keyword-areas whose rank at their last check is the goal or better / keyword-areas with a goal
--   that were checked in the last 35 days; ranks as in local_top3_share
-- reference: common use
-- owner: marketing
select
    p.as_of as period_end,
    count(case when r.rank <= r.goal then 1 end) as numerator,
    count(r.goal) as denominator,
    p.as_of - 34 as period_start,
    case
        when count(r.keyword) = 0 then 'no keyword was checked in the last 35 days'
        when count(r.goal) = 0 then 'no keyword has a goal'
        else
            count(case when r.rank <= r.goal then 1 end) || ' of ' || count(r.goal)
            || case
                when count(r.goal) < count(r.keyword)
                    then '; without a goal: ' || count(r.keyword) - count(r.goal)
                else ''
            end
    end as because
from period as p
left join local_rank as r on true
group by p.as_of
