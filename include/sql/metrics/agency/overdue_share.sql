-- title: Overdue share of receivables
-- unit: ratio
-- better: down
-- grain: tenant, scope
-- inputs: invoices, payments
-- kinds: agency
-- needs: the invoices with their due day, and the payments with the invoice that each is for
-- formula: what is open on invoices due before the as-of day / receivables (after unapplied cash and credits)
-- reference: accounts receivable
-- owner: finance
with amounts as (
    select
        currency,
        open,
        case when days_overdue > 0 then open else 0 end as overdue
    from receivables
    union all
    select
        currency,
        0 as open,
        0 as overdue
    from tenant
),

sums as (
    select
        currency,
        cast(sum(open) as bigint) as receivable,
        cast(sum(overdue) as bigint) as overdue
    from amounts
    group by currency
)

select
    s.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    s.overdue as numerator,
    s.receivable as denominator,
    case when s.receivable <= 0 then 'zero_denominator' end as missing,
    case when s.receivable <= 0 then 'clients owe nothing on balance' end as because
from sums as s
cross join period as p
