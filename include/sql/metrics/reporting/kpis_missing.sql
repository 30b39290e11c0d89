-- title: KPIs that cannot be computed
-- unit: count
-- better: down
-- grain: scope
-- inputs: figure
-- needs: the figures of the day
-- formula: metrics that apply to a kind of business in scope, for which neither a business nor the scope has
--   a value, all for want of data, permission or quality; a state such as "nothing to divide by" never counts
-- reference: ours
-- owner: operations
select
    p.as_of as period_start,
    p.as_of as period_end,
    count(case when not m.is_known then 1 end) as value,
    case when count(m.metric) = 0 then 'no_data' end as missing,
    case when count(m.metric) = 0 then 'nothing was measured' end as because
from period as p
left join measured_metrics as m on true
group by p.as_of
