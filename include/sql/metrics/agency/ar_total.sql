-- title: Receivables
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: invoices, payments
-- kinds: agency
-- needs: the invoices, and the payments with the invoice that each is for
-- formula: sum over invoices issued by the as-of day and not void of amount - payments - credits, less cash
--   and credits that belong to no invoice; equals the sum of all lines of the aging
-- reference: accounts receivable
-- owner: finance
with amounts as (
    select
        currency,
        open as amount
    from receivables
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
