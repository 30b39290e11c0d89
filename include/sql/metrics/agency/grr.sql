-- title: Gross revenue retention (GRR)
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: contracts
-- kinds: agency
-- needs: the contracts with fee, interval, signature, start and end
-- formula: 1 - MRR churn: what is left of the MRR at the start of the month to date, without what its clients
--   took on since
-- reference: SaaS metrics
-- owner: finance
select
    m.currency,
    m.started as denominator,
    m.started - m.lost - m.contracted as numerator,
    case when m.started = 0 then 'there was no recurring revenue at the start of the month' end as because
from mrr_movement as m
inner join period as p on m.month = p.month_start
