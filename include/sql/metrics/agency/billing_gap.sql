-- title: Billing gap
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: contracts, invoices
-- kinds: agency
-- needs: the contracts, and the invoices with the contract and the period that each bills
-- formula: sum of the fees of the periods of sent or signed contracts whose billing day (start of the period,
--   or the day after it in arrears) and grace have passed by the as-of day and for which there is no
--   invoice; periods that began in a pause are out
-- reference: revenue assurance
-- owner: finance
with amounts as (
    select
        currency,
        amount
    from billing_gaps
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
