-- title: Cash received from customers
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: payments
-- needs: the payments of customers
-- formula: payments as they reached the bank in the month to date, refunds negative
-- reference: ASC 230-10-45-16
-- owner: finance
with amounts as (
    select
        pay.currency,
        pay.amount
    from payments as pay
    cross join period as p
    cross join zone as z
    where
        pay.received_at < p.as_of_end
        and pay.created_at < p.as_of_end
        and cast(pay.received_at at time zone z.name as date) >= p.month_start
    union all
    select
        currency,
        0 as amount
    from tenant
)

select
    currency,
    cast(sum(amount) as bigint) as value
from amounts
group by currency
