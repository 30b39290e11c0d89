-- title: Gross burn, highest month of 12
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts
-- needs: a general ledger with its opening entry, and a chart of accounts that says which accounts are cash
--   and what each belongs to
-- formula: max of the operating payments of each of the last 12 full months (at least 3)
-- reference: ASC 230-10-45-17
-- owner: finance
select
    b.currency,
    b.highest_payments as value,
    cast(p.full_end - b.months * interval 1 month as date) as period_start,
    p.full_end - 1 as period_end,
    case when b.months < 3 then 'no_history' end as missing,
    case
        when b.months < 3 then 'fewer than 3 full months'
        when b.months < 12 then 'of ' || b.months || ' months'
    end as because
from burn_year as b
cross join period as p
