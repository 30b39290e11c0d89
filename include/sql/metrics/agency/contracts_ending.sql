-- title: Contracts that end within 60 days
-- unit: count
-- better: down
-- grain: tenant, scope
-- inputs: contracts
-- kinds: agency
-- needs: the contracts with the end of their term
-- formula: signed contracts that run on the as-of day and whose last day is at most 60 days later; those that
--   renew by themselves are out unless they were ended
-- reference: contract management
-- owner: sales
select
    p.as_of as period_start,
    cast(p.as_of + 60 as date) as period_end,
    count(c.contract_id) as value
from period as p
left join contracts_as_of as c
    on
        c.is_signed
        and p.as_of >= c.starts_on
        and p.as_of < c.stop_day
        and p.as_of + 61 >= c.stop_day
group by p.as_of
