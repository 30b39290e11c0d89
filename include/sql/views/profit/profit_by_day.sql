-- title: Revenue recognised (positive) and expenses posted (negative), by day
-- kept: no

select
    tenant,
    currency,
    day,
    amount
from revenue_by_day
union all
select
    tenant,
    currency,
    posted_on as day,
    -amount as amount
from expense_line
