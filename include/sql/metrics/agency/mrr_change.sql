-- title: Change of MRR
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: contracts
-- kinds: agency
-- needs: the contracts with fee, interval, signature, start and end
-- formula: MRR on the as-of day - MRR at the end of the month before, new clients included; each rounded
--   once, so that the three add up
-- reference: SaaS metrics
-- owner: finance
select
    m.currency,
    cast((2 * m.ended + 12) // 24 - (2 * m.started + 12) // 24 as bigint) as value
from mrr_movement as m
inner join period as p on m.month = p.month_start
