-- title: Fixed costs a month
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts
-- needs: a general ledger, and a chart of accounts that tells fixed from variable costs
-- formula: expense lines on accounts whose behaviour is fixed, last 12 full months / 12 (a ledger of 3 to 11
--   full months: their mean)
-- reference: cost-volume-profit analysis
-- owner: finance
select
    m.currency,
    m.fixed_cost as numerator,
    27720 as denominator,
    cast(p.full_end - coalesce(m.fewest_months, 12) * interval 1 month as date) as period_start,
    p.full_end - 1 as period_end,
    case when m.tenants = 0 then 'no_history' end as missing,
    case
        when m.tenants = 0 then 'fewer than 3 full months'
        when m.young is not null then 'without ' || m.young || ': fewer than 3 full months'
        when m.fewest_months < 12 then 'mean of ' || m.fewest_months || ' months'
    end as because
from fixed_cost_month as m
cross join period as p
