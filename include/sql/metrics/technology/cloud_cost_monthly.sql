-- title: Cloud cost of the last full month
-- unit: money
-- better: down
-- grain: scope
-- inputs: cloud_costs
-- needs: the cloud's bill by service and month
-- formula: unblended cost of the last full month whose bill is final, without tax and credits, in USD
-- reference: AWS Cost Explorer, UnblendedCost
-- owner: engineering
with newest as (
    select
        month,
        months_back,
        usd
    from cloud_month
    where not is_estimated
    order by months_back asc
    limit 1
)

select
    'USD' as currency,
    n.usd * 100 as value,
    coalesce(n.month, p.full_start) as period_start,
    cast(coalesce(n.month, p.full_start) + interval 1 month as date) - 1 as period_end,
    case when n.month is null then 'no_history' end as missing,
    case
        when n.month is null then 'no full month has a final bill yet'
        when n.months_back > 1 then 'the bill of ' || strftime(p.full_start, '%B %Y') || ' is not final yet'
    end as because
from period as p
left join newest as n on true
