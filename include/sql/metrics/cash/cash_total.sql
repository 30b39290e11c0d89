-- title: Cash
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts
-- needs: a general ledger with its opening entry, and a chart of accounts that says which accounts are cash
--   and what each belongs to
-- formula: balance of all bank accounts at the end of the as-of day, cards as negative cash (setting
--   cards_as_cash)
-- reference: ASC 230-10-45-4
-- owner: finance
with amounts as (
    select
        currency,
        amount
    from cash_balance
    where months_back = -1
    union all
    select
        currency,
        0 as amount
    from tenant
)

select
    a.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(a.amount) as bigint) as value,
    case when g.tenants is not null then 'no_data' end as missing,
    'no opening entry in the ledger of ' || g.tenants as because
from amounts as a
cross join period as p
cross join opening_gap as g
group by a.currency, p.as_of, g.tenants
