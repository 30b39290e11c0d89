-- title: Contracts worked on without a signature
-- unit: count
-- better: down
-- grain: tenant, scope
-- inputs: contracts
-- kinds: agency
-- needs: the contracts with the day of their signature
-- formula: contracts that have begun by the as-of day, are not over, and are not signed by then
-- reference: contract management
-- owner: sales
select
    p.as_of as period_start,
    p.as_of as period_end,
    count(c.contract_id) as value
from period as p
left join contracts_as_of as c
    on
        not c.is_signed
        and c.status <> 'ended'
        and p.as_of >= c.starts_on
        and (c.stop_day is null or p.as_of < c.stop_day)
group by p.as_of
