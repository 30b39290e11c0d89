-- title: Engineering actions in order
-- inputs: code_audits | code_secrets | cloud_functions | cloud_function_urls | cloud_function_policies |
--   cloud_distributions | cloud_buckets | cloud_policies | cloud_apis | cloud_endpoints | cloud_keys |
--   cloud_senders | cloud_usage, price_table?, handoffs?, deployments?
-- columns: place: count, action: text, kind: text, severity: text, places: text, reach: count,
--   effort: days, score: score, saving: money
-- needs: a surveyed repository or AWS account
-- owner: engineering

-- score = severity (10, 6, 3, 1) x reach (places, at most 10) / days of effort; of two with one score the
-- more severe comes first, then the one that saves more, then by name. saving: a month.
select
    kind,
    action,
    severity,
    places,
    reach,
    half_days as effort_numerator,
    2 as effort_denominator,
    half_days as score_denominator,
    'USD' as currency,
    saving * 100 as saving,
    points * reach * 2 as score_numerator,
    row_number() over (
        order by
            points * reach * 2000 // half_days desc,
            points desc,
            saving desc nulls last,
            matter asc,
            places asc
    ) as place
from engineering_action
order by place asc
