-- title: Net burn, mean of 3 months
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts
-- needs: a general ledger with its opening entry, and a chart of accounts that says which accounts are cash
--   and what each belongs to
-- formula: (operating payments - operating receipts) of the last 3 full months / 3
-- reference: ASC 230-10-45-14..17
-- owner: finance
select
    b.currency,
    3 as denominator,
    p.full_start_3m as period_start,
    b.payments_3m - b.receipts_3m as numerator,
    p.full_end - 1 as period_end,
    case when b.months < 3 then 'no_history' end as missing,
    case when b.months < 3 then 'fewer than 3 full months' end as because
from burn_year as b
cross join period as p
