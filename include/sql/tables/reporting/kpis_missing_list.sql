-- title: KPIs that cannot be computed, and what each lacks
-- inputs: figure
-- columns: metric: text, title: text, because: text, needs: text, responsible: text
-- needs: the figures of the day
-- owner: operations
select
    metric,
    title,
    because,
    needs,
    owned_by as responsible
from measured_metrics
where not is_known
order by metric
