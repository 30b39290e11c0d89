-- title: Cash not reconciled
-- unit: money
-- better: neither
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts, cash_accounts
-- spared: cash_accounts.statement_on, cash_accounts.statement_balance
-- needs: a general ledger with its opening entry, and for each cash account the day and balance of a bank
--   statement of the last 35 days
-- formula: sum over cash accounts of the balance on the last statement - the balance in the ledger at the end
--   of the statement's day; above 0 is money that the books don't know, below 0 money that the bank doesn't.
--   A card's balance owed is negative. Differences of accounts may cancel out: the note says how many differ
-- reference: bank reconciliation
-- owner: finance
with amounts as (
    select
        currency,
        difference as amount
    from cash_statement
    where problem is null
    union all
    select
        currency,
        0 as amount
    from tenant
),

state as (
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
    a.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(a.amount) as bigint) as value,
    case when g.tenants is not null or s.problems is not null then 'no_data' end as missing,
    case
        when g.tenants is not null then 'no opening entry in the ledger of ' || g.tenants
        when s.problems is not null then s.problems
        else s.differing || ' of ' || s.accounts || ' accounts differ from their statement'
    end as because
from amounts as a
cross join period as p
cross join opening_gap as g
cross join state as s
group by a.currency, p.as_of, g.tenants, s.problems, s.differing, s.accounts
