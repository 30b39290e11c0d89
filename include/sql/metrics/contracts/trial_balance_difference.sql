-- title: Trial balance difference
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger
-- needs: the general ledger
-- formula: sum over all entries posted by the as-of day of the absolute difference between debits and
--   credits; two entries that are wrong in opposite directions do not cancel out
-- reference: double entry; trial balance
-- owner: finance
with amounts as (
    select
        currency,
        abs(difference) as amount
    from unbalanced_entry
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
