-- title: Income statement by calendar year
-- inputs: general_ledger, chart_of_accounts
-- columns: tenant: text, account: text, name: text, type: text, year: day, currency: text, amount: money
-- needs: a general ledger and a chart of accounts
-- owner: finance
select
    tenant,
    account,
    type,
    cast(date_trunc('year', posted_on) as date) as year,
    currency,
    cast(sum(case when type = 'revenue' then -amount else amount end) as bigint) as amount,
    max(name) as name
from ledger_line
where type in ('revenue', 'expense') and not is_opening
group by tenant, account, type, date_trunc('year', posted_on), currency
order by tenant asc, type desc, account asc, year asc, currency asc
