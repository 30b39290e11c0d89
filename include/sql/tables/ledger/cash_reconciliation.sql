-- title: Cash against bank statements
-- inputs: general_ledger, chart_of_accounts, cash_accounts
-- columns: tenant: text, account: text, name: text, statement_on: day, currency: text, on_statement: money,
--   in_ledger: money, difference: money, problem: text
-- spared: cash_accounts.statement_on, cash_accounts.statement_balance, general_ledger.opening
-- needs: a general ledger, and for each cash account the day and balance of its last bank statement
-- owner: finance
select
    tenant,
    account,
    name,
    statement_on,
    currency,
    on_statement,
    in_ledger,
    difference,
    problem
from cash_statement
order by tenant, account, currency
