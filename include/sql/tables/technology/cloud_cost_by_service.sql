-- title: Cloud cost by service, month over month
-- inputs: cloud_costs
-- columns: service: text, month: day, amount: money, month_before: money, change: money, change_ratio: ratio
-- needs: the cloud's bill by service and month
-- owner: engineering
with newest as (
    select
        month,
        cast(month - interval 1 month as date) as before
    from cloud_month
    where not is_estimated
    order by months_back asc
    limit 1
),

services as (
    select
        c.service,
        n.month,
        sum(case when c.month = n.month then c.amount else 0 end) as usd,
        sum(case when c.month = n.before then c.amount else 0 end) as usd_before
    from cloud_costs as c
    inner join newest as n on c.month in (n.month, n.before)
    where lower(c.service) <> 'tax'
    group by c.service, n.month
)

select
    service,
    month,
    'USD' as currency,
    usd_before as change_ratio_denominator,
    usd * 100 as amount,
    usd_before * 100 as month_before,
    (usd - usd_before) * 100 as change,
    usd - usd_before as change_ratio_numerator
from services
where usd <> 0 or usd_before <> 0
order by usd desc, service asc
