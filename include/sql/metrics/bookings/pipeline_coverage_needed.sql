-- title: Pipeline coverage needed
-- unit: ratio
-- better: down
-- grain: tenant
-- inputs: bookings | proposals
-- kinds: charter, event, hauling, hotel, agency
-- spared: bookings.confirmed_at
-- needs: the bookings with when each was confirmed and cancelled, or the proposals with their outcome
-- formula: 1 / (1 - share of ever confirmed bookings that were cancelled), by start day, last 12 full months;
--   at an agency 1 / win_rate. What must be sold or offered so that what is left of it reaches the target
-- reference: pipeline coverage, common use
-- owner: sales
with outcomes as (
    select
        count(*) as tried,
        count(case when b.status <> 'cancelled' then 1 end) as came,
        0 as undated
    from bookings_as_of as b
    cross join period as p
    inner join tenant as t on b.tenant = t.tenant
    where
        t.kind <> 'agency'
        and b.ever_confirmed
        and b.start_day >= p.full_start_12m
        and b.start_day < p.full_end
    union all
    select
        o.decided as tried,
        o.won as came,
        o.undated
    from proposal_outcome as o
    inner join tenant as t on t.kind = 'agency'
),

sums as (
    select
        cast(sum(tried) as bigint) as tried,
        cast(sum(came) as bigint) as came,
        sum(undated) as undated
    from outcomes
)

select
    s.tried as numerator,
    s.came as denominator,
    p.full_start_12m as period_start,
    cast(p.full_end - interval 1 day as date) as period_end,
    case
        when s.tried = 0 and s.undated > 0 then 'no_data'
        when s.tried = 0 then 'no_history'
        when s.came = 0 then 'infinite'
    end as missing,
    case
        when s.tried = 0 and s.undated > 0 then 'no decided proposal says when it was decided'
        when s.tried = 0 then 'nothing was confirmed or decided in the last 12 full months'
        when s.came = 0 then 'nothing that was confirmed or decided came to be, of ' || s.tried
    end as because
from sums as s
cross join period as p
