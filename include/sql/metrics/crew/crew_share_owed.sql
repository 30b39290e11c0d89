-- title: Crew shares owed
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: crew_assignments
-- kinds: charter, event, yacht_delivery
-- needs: the crew's agreed shares, what they are of, and what was paid of them when
-- formula: sum of share x share_base of duties that are over by the end of the as-of day (each rounded half
--   away from zero), less what was paid of it by then
-- reference: the share agreements with the crew
-- owner: operations
with amounts as (
    select
        currency,
        share_owed as amount
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
