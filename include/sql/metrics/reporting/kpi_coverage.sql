-- title: KPI coverage
-- unit: ratio
-- better: up
-- grain: scope
-- inputs: figure
-- needs: the figures of the day
-- formula: 1 - KPIs that cannot be computed / metrics that apply to a kind of business in scope
-- reference: ours
-- owner: operations
select
    p.as_of as period_start,
    p.as_of as period_end,
    count(case when m.is_known then 1 end) as numerator,
    count(m.metric) as denominator
from period as p
left join measured_metrics as m on true
group by p.as_of
