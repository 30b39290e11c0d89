-- title: Cloud cost by month
-- inputs: cloud_costs
-- columns: month: day, is_final: boolean, amount: money
-- needs: the cloud's bill by service and month
-- owner: engineering

-- The last 12 full months that were billed, oldest first, without tax; one that is not final yet says so.
select
    month,
    'USD' as currency,
    not is_estimated as is_final,
    usd * 100 as amount
from cloud_month
where months_back <= 12
order by month asc
