-- title: Accounts to be mapped or merged
-- inputs: general_ledger, chart_of_accounts
-- columns: tenant: text, account: text, name: text, reason: text, lines: count, currency: text, balance:
--   money
-- spared: general_ledger.opening
-- needs: a general ledger and a chart of accounts
-- owner: finance
with noted as (
    select distinct
        tenant,
        account,
        cast(null as varchar) as name,
        'not in the chart' as reason
    from ledger_line
    where is_unmapped
    union all
    select
        tenant,
        account,
        name,
        'the same as ' || first_account as reason
    from duplicate_account
)

select
    n.tenant,
    n.account,
    n.name,
    n.reason,
    cast(coalesce(sum(l.amount), 0) as bigint) as balance,
    coalesce(l.currency, t.currency) as currency,
    count(l.entry_id) as lines
from noted as n
inner join tenant as t on n.tenant = t.tenant
left join ledger_line as l on n.tenant = l.tenant and n.account = l.account
group by n.tenant, n.account, n.name, n.reason, coalesce(l.currency, t.currency)
order by n.tenant asc, n.reason asc, n.account asc, currency asc
