-- title: Shortfalls in the delivery of software
-- inputs: code_audits, handoffs?, deployments?
-- columns: shortfall: text, tenant: text, place: text, quantity: count, counts: text
-- needs: a surveyed repository or AWS account
-- owner: engineering
select
    shortfall,
    tenant,
    place,
    quantity,
    counts
from delivery_shortfall
order by shortfall asc, tenant asc, place asc
