-- title: Win rate
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: proposals
-- kinds: agency
-- needs: the proposals with stage and day of decision
-- formula: proposals won / proposals decided (won or lost) in the last 12 full months; of fewer than 30 the
--   95 % Wilson interval is told
-- reference: Wilson 1927, 95 %
-- owner: sales
with shares as (
    select cast(n as hugeint) as n
    from unnest(range(0, 2001)) as r (n)
),

-- A share s is in the interval where (won/decided - s)^2 <= z^2 s (1 - s) / decided, z = 1.959964; in whole
-- numbers, with s in half thousandths, so that each bound is rounded to a thousandth.
inside as (
    select
        min(s.n) as lowest,
        max(s.n) as highest
    from shares as s
    cross join proposal_outcome as o
    where
        (2000 * o.won - s.n * o.decided) * (2000 * o.won - s.n * o.decided) * 1000000
        <= 3841459 * s.n * (2000 - s.n) * o.decided
        and o.decided > 0
),

bounds as (
    select
        lowest // 2 as low,
        (highest + 1) // 2 as high
    from inside
)

select
    p.full_start_12m as period_start,
    o.won as numerator,
    o.decided as denominator,
    cast(p.full_end - interval 1 day as date) as period_end,
    case when o.decided = 0 and o.undated > 0 then 'no_data' end as missing,
    case
        when o.decided = 0 and o.undated > 0 then 'no decided proposal says when it was decided'
        when o.decided = 0 then 'no proposal was decided in the last 12 full months'
        when o.decided < 30
            then
                o.won || ' of ' || o.decided || '; 95 % interval ' || (b.low // 10) || '.' || (b.low % 10)
                || ' % to ' || (b.high // 10) || '.' || (b.high % 10) || ' %'
    end as because
from proposal_outcome as o
cross join period as p
cross join bounds as b
