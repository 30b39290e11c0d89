-- title: Handoffs that are open
-- unit: count
-- better: down
-- grain: scope
-- inputs: handoffs
-- needs: a surveyed repository
-- formula: handoff notes in which something is still to be done; a repository without notes has none open
-- reference: ours
-- owner: engineering
select
    p.as_of as period_start,
    p.as_of as period_end,
    count(case when h.state = 'open' then 1 end) as value
from period as p
left join handoffs as h on true
group by p.as_of
