-- title: Cash roll-forward difference
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts
-- needs: a general ledger, and a chart of accounts that says which accounts are cash and what each belongs to
-- formula: sum over the running month and the 12 full ones before it of the absolute difference between
--   opening cash + receipts - payments + financing + investing + transfers (and what moved between the
--   businesses in scope) and closing cash. Other than 0 holds the report
-- reference: ASC 230-10-45-24
-- owner: finance

-- Balances come from the cash accounts' own lines, flows from the other lines of their entries.
with parts as (
    select
        s.month,
        b.currency,
        b.amount
    from month_spine as s
    inner join cash_balance as b on s.months_back = b.months_back
    where s.months_back <= 12
    union all
    select
        s.month,
        b.currency,
        -b.amount as amount
    from month_spine as s
    inner join cash_balance as b on s.months_back - 1 = b.months_back
    where s.months_back <= 12
    union all
    select
        month,
        currency,
        receipts - payments as amount
    from burn_month
    where months_back <= 12
    union all
    select
        s.month,
        f.currency,
        f.amount
    from cash_flow as f
    inner join month_spine as s on f.posted_on >= s.month and f.posted_on < s.ends_before
    where f.class <> 'operating' and s.months_back <= 12
    union all
    select
        s.month,
        l.currency,
        l.amount
    from ledger_line as l
    inner join internal_entry as i on l.tenant = i.tenant and l.entry_id = i.entry_id
    inner join month_spine as s on l.posted_on >= s.month and l.posted_on < s.ends_before
    where l.is_cash and not l.is_opening and s.months_back <= 12
    union all
    select
        p.month_start as month,
        t.currency,
        0 as amount
    from tenant as t
    cross join period as p
),

months as (
    select
        month,
        currency,
        abs(sum(amount)) as amount
    from parts
    group by month, currency
)

select
    m.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(m.amount) as bigint) as value,
    'does not close: ' || string_agg(
        case when m.amount <> 0 then strftime(m.month, '%Y-%m') end, ', '
        order by m.month
    ) as because
from months as m
cross join period as p
group by m.currency, p.as_of
