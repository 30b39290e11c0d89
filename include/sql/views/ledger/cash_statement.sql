-- title: Cash accounts with their last bank statement and what the ledger says at the end of its day
-- spared: cash_accounts.statement_on, cash_accounts.statement_balance

-- Every account that is cash, or has a statement. A statement has the ledger's sign: what is owed on a card
-- is negative. problem: why the account can't be compared; a statement of a later day is none yet. One
-- older than 35 days still counts for an account that was closed: nothing on it, and nothing posted since.
with statement as (
    select
        a.tenant,
        a.account,
        a.currency,
        a.statement_on,
        a.statement_balance
    from cash_accounts as a
    cross join period as p
    where a.created_at < p.as_of_end and a.statement_on <= p.as_of and a.statement_balance is not null
),

held as (
    select
        tenant,
        account,
        currency
    from ledger_day
    where is_cash
    union
    select
        tenant,
        account,
        currency
    from statement
),

booked as (
    select
        h.tenant,
        h.account,
        h.currency,
        max(l.name) as name,
        coalesce(sum(case when l.posted_on <= s.statement_on or l.is_opening then l.amount end), 0) as amount,
        coalesce(
            sum(case when l.posted_on > s.statement_on and not l.is_opening then l.lines end), 0
        ) as lines_since
    from held as h
    left join statement as s on h.tenant = s.tenant and h.account = s.account and h.currency = s.currency
    left join ledger_day as l on h.tenant = l.tenant and h.account = l.account and h.currency = l.currency
    group by h.tenant, h.account, h.currency
)

select
    b.tenant,
    b.account,
    b.name,
    b.currency,
    s.statement_on,
    s.statement_balance as on_statement,
    cast(s.statement_balance - b.amount as bigint) as difference,
    date_diff('day', s.statement_on, p.as_of) as days_old,
    case when s.tenant is not null then cast(b.amount as bigint) end as in_ledger,
    case
        when s.tenant is null then 'no bank statement'
        when
            s.statement_on < p.as_of - 35
            and not (s.statement_balance = 0 and b.amount = 0 and b.lines_since = 0)
            then 'the last statement is of ' || strftime(s.statement_on, '%Y-%m-%d')
    end as problem
from booked as b
cross join period as p
left join statement as s on b.tenant = s.tenant and b.account = s.account and b.currency = s.currency
