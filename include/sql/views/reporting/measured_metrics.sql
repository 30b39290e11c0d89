-- title: Metrics that apply to the scope, with whether anything is known of each

-- One row per metric; a metric is known when a tenant or the scope has a value or a state (such as nothing to
-- divide by). The two metrics about all metrics are out.
select
    metric,
    max(title) as title,
    max(needs) as needs,
    max(owner) as owned_by,
    min(because) as because,
    max(case when missing is null or not is_gap then 1 else 0 end) = 1 as is_known
from figure
where metric not in ('kpis_missing', 'kpi_coverage')
group by metric
