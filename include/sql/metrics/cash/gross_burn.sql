-- title: Gross burn
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts
-- needs: a general ledger with its opening entry, and a chart of accounts that says which accounts are cash
--   and what each belongs to
-- formula: operating payments of the last full month, with interest and refunds; without principal, owners'
--   draws, investing, transfers, and entries between the businesses in scope
-- reference: ASC 230-10-45-17
-- owner: finance
select
    b.currency,
    b.payments as value,
    b.month as period_start,
    p.full_end - 1 as period_end,
    case when not b.in_history then 'no_history' end as missing,
    case
        when not b.in_history then 'the ledger has no full month yet'
        when b.payments = 0 then 'nothing was paid in that month: is the ledger complete?'
    end as because
from burn_month as b
cross join period as p
where b.months_back = 1
