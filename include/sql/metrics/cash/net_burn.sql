-- title: Net burn
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts
-- needs: a general ledger with its opening entry, and a chart of accounts that says which accounts are cash
--   and what each belongs to
-- formula: operating payments less operating receipts of the last full month, which is the fall of cash
--   without financing and investing
-- reference: ASC 230-10-45-14..17
-- owner: finance
select
    b.currency,
    b.month as period_start,
    b.payments - b.receipts as value,
    p.full_end - 1 as period_end,
    case when not b.in_history then 'no_history' end as missing,
    case when not b.in_history then 'the ledger has no full month yet' end as because
from burn_month as b
cross join period as p
where b.months_back = 1
