-- title: Receivables, sum of the lines of the aging
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: invoices, payments
-- kinds: agency
-- needs: the invoices with their due day, and the payments with the invoice that each is for
-- formula: sum of the lines of the aging: not due, overdue by 1-30, 31-60, 61-90 and more than 90 days, and
--   unapplied cash and credits (0 or less); other than ar_total holds the report
-- reference: accounts receivable
-- owner: finance
with amounts as (
    select
        r.currency,
        r.open as amount
    from receivables as r
    inner join aging_line as a on r.age = a.age
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
    cast(sum(a.amount) as bigint) as value
from amounts as a
cross join period as p
group by a.currency, p.as_of
