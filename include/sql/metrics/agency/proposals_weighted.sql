-- title: Open proposals, weighted by the win rate
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: proposals
-- kinds: agency
-- needs: the proposals with stage, worth and day of decision
-- formula: sum of the worth of the proposals that are not decided (drafts too) x win rate of the last 12 full
--   months; without an open proposal 0
-- reference: weighted pipeline
-- owner: sales
with amounts as (
    select
        currency,
        amount
    from proposals_as_of
    where is_open
    union all
    select
        currency,
        0 as amount
    from tenant
),

sums as (
    select
        currency,
        cast(sum(amount) as bigint) as open
    from amounts
    group by currency
)

select
    s.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    s.open * o.won as numerator,
    case when s.open = 0 then 1 else o.decided end as denominator,
    case when s.open <> 0 and o.decided = 0 and o.undated > 0 then 'no_data' end as missing,
    case
        when s.open = 0 then null
        when o.decided = 0 and o.undated > 0 then 'no decided proposal says when it was decided'
        when o.decided = 0 then 'no proposal was decided in the last 12 full months: no win rate'
        else o.won || ' of ' || o.decided || ' were won'
    end as because
from sums as s
cross join proposal_outcome as o
cross join period as p
