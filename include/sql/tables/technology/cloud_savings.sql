-- title: Cloud savings, with the arithmetic
-- inputs: cloud_usage, price_table, cloud_buckets?
-- columns: resource: text, waste: text, arithmetic: text, saving: money, lacks: text
-- needs: what the cloud's resources use, and a price table for it
-- owner: engineering
select
    resource,
    waste,
    arithmetic,
    'USD' as currency,
    lacks,
    saving * 100 as saving
from cloud_saving
where lacks is not null or saving > 0
order by saving desc nulls last, resource asc, waste asc
