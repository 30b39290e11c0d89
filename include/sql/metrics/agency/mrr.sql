-- title: Monthly recurring revenue (MRR)
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: contracts
-- kinds: agency
-- needs: the contracts with fee, interval and signature
-- formula: fees a month of the contracts that are active on the as-of day (signed, begun, not over, not
--   paused): week x 52 / 12, quarter / 3, year / 12; one-off fees are out. Rounded once, after the sum
-- reference: SaaS metrics
-- owner: finance
with twelfths as (
    select
        currency,
        year_amount as amount
    from contracts_as_of
    where is_active
    union all
    select
        currency,
        0 as amount
    from tenant
)

select
    t.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(t.amount) as bigint) as numerator,
    12 as denominator
from twelfths as t
cross join period as p
group by t.currency, p.as_of
