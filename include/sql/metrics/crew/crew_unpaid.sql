-- title: Crew pay overdue
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: crew_assignments
-- kinds: charter, event, yacht_delivery
-- needs: the crew's assignments with pay, the day that it fell due, and what was paid when
-- formula: sum of pay that fell due by the as-of day, less what was paid by then (an overpaid job does not
--   make good for an unpaid one)
-- reference: wage payment by the day agreed
-- owner: operations
with amounts as (
    select
        currency,
        unpaid as amount
    from crew_pay
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
