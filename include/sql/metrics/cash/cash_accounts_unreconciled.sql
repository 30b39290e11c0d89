-- title: Cash accounts not reconciled
-- unit: count
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts, cash_accounts
-- spared: cash_accounts.statement_on, cash_accounts.statement_balance
-- needs: a general ledger with its opening entry, and for each cash account the day and balance of a bank
--   statement of the last 35 days
-- formula: cash accounts whose last statement has another balance than the ledger at the end of its day
-- reference: bank reconciliation
-- owner: finance
with state as (
    select
        count(*) as accounts,
        count(case when difference <> 0 then 1 end) as differing,
        string_agg(
            case when problem is not null then tenant || ' ' || account || ': ' || problem end,
            '; '
            order by tenant, account, currency
        ) as problems
    from cash_statement
)

select
    p.as_of as period_start,
    p.as_of as period_end,
    s.differing as value,
    case when g.tenants is not null or s.problems is not null then 'no_data' end as missing,
    case
        when g.tenants is not null then 'no opening entry in the ledger of ' || g.tenants
        when s.problems is not null then s.problems
        else 'of ' || s.accounts || ' accounts'
    end as because
from period as p
cross join opening_gap as g
cross join state as s
