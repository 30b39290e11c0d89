-- title: Cloud cost by service and month
-- inputs: cloud_costs
-- columns: month: day, service: text, is_final: boolean, amount: money
-- needs: the cloud's bill by service and month
-- owner: engineering

-- The last 12 full months that were billed, oldest first, without tax; a service that cost nothing in a month
-- has no row in it. A month's amounts add up to its bill.
select
    m.month,
    c.service,
    'USD' as currency,
    not m.is_estimated as is_final,
    sum(c.amount) * 100 as amount
from cloud_month as m
inner join cloud_costs as c on m.month = c.month
cross join period as p
where m.months_back <= 12 and c.created_at < p.as_of_end and lower(c.service) <> 'tax'
group by m.month, c.service, m.is_estimated
having sum(c.amount) <> 0
order by m.month asc, c.service asc
