-- title: Ended contracts with later work
-- unit: count
-- better: down
-- grain: scope
-- inputs: contracts, repositories
-- kinds: agency
-- needs: the contracts with the repository that each names, and those repositories among the surveyed ones
-- formula: contracts that have ended and in whose repository the last commit is of a later local day than the
--   contract's last, unless another contract for the repository was active on that day
-- reference: revenue assurance
-- owner: sales
with counts as (
    select
        count(*) as ended,
        count(case when is_seen then 1 end) as seen,
        count(case when has_later_work then 1 end) as worked_on
    from ended_contracts
)

select
    p.as_of as period_start,
    p.as_of as period_end,
    c.worked_on as value,
    case when c.ended > 0 and c.seen = 0 then 'no_data' end as missing,
    case
        when c.ended > 0 and c.seen = 0 then 'no ended contract names a repository that could be looked at'
        when c.ended > c.seen
            then 'without ' || (c.ended - c.seen) || ' ended contracts whose repository is not surveyed'
    end as because
from counts as c
cross join period as p
