-- title: Trial balance
-- inputs: general_ledger, chart_of_accounts
-- columns: tenant: text, account: text, name: text, type: text, currency: text, balance: money
-- needs: a general ledger and a chart of accounts
-- owner: finance
select
    tenant,
    account,
    currency,
    cast(sum(amount) as bigint) as balance,
    max(name) as name,
    coalesce(max(type), 'not in the chart') as type
from ledger_line
group by tenant, account, currency
order by tenant, account, currency
