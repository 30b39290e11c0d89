-- title: Net income
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts, bookings | stays | invoices | yacht_deliveries
-- needs: a general ledger, a chart of accounts, and what was sold
-- formula: revenue recognised in the month to date less the expense lines posted in the same days, accrual;
--   a line on an account that is not in the chart counts as an operating expense
-- reference: ASC 225-10
-- owner: finance
with amounts as (
    select
        r.currency,
        r.amount
    from profit_by_day as r
    cross join period as p
    where r.day >= p.month_start
    union all
    select
        currency,
        0 as amount
    from tenant
),

unmapped as (
    select string_agg(distinct e.account, ', ' order by e.account) as accounts
    from expense_line as e
    cross join period as p
    where e.is_unmapped and e.posted_on >= p.month_start
)

select
    a.currency,
    cast(sum(a.amount) as bigint) as value,
    'with lines on accounts that the chart does not know: ' || u.accounts as because
from amounts as a
cross join unmapped as u
group by a.currency, u.accounts
