-- title: Cloud cost, lowest month of 12
-- unit: money
-- better: down
-- grain: scope
-- inputs: cloud_costs
-- needs: the cloud's bill by service and month
-- formula: min of the unblended cost of each of the last 12 full months, without tax and credits, in USD;
--   months whose bill is not final are out; at least 3
-- reference: AWS Cost Explorer, UnblendedCost
-- owner: engineering
select
    'USD' as currency,
    y.lowest * 100 as value,
    coalesce(y.first_month, p.full_start_12m) as period_start,
    cast(coalesce(y.last_month, p.full_start) + interval 1 month as date) - 1 as period_end,
    case when y.months < 3 then 'no_history' end as missing,
    case
        when y.months < 3 then 'fewer than 3 full months with a final bill'
        when y.months < 12 then 'of ' || y.months || ' months'
    end as because
from cloud_year as y
cross join period as p
