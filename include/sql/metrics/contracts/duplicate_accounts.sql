-- title: Accounts that the chart has twice
-- unit: count
-- better: down
-- grain: tenant, scope
-- inputs: chart_of_accounts
-- needs: the chart of accounts
-- formula: accounts beyond the first of those of one business with the same type and the same name, letter
--   case, spaces and punctuation apart
-- reference: the chart of accounts
-- owner: finance
select
    p.as_of as period_start,
    p.as_of as period_end,
    count(d.account) as value
from period as p
left join duplicate_account as d on true
group by p.as_of
