-- title: Cash by account
-- inputs: general_ledger, chart_of_accounts, cash_accounts?
-- columns: tenant: text, account: text, name: text, kind: text, restricted: boolean, currency: text,
--   balance: money
-- needs: a general ledger, and a chart of accounts that says which accounts are cash
-- owner: finance
with named as (
    select
        tenant,
        account,
        max(name) as name,
        max(cash) as kind
    from ledger_line
    where is_cash
    group by tenant, account
)

select
    b.tenant,
    b.account,
    n.name,
    n.kind,
    b.currency,
    b.amount as balance,
    coalesce(a.restricted, false) as restricted
from cash_balance as b
inner join named as n on b.tenant = n.tenant and b.account = n.account
left join cash_accounts as a on b.tenant = a.tenant and b.account = a.account
where b.months_back = -1
order by b.tenant, b.account, b.currency
