-- title: MRR churn
-- unit: ratio
-- better: down
-- grain: tenant, scope
-- inputs: contracts
-- kinds: agency
-- needs: the contracts with fee, interval, signature, start and end
-- formula: (MRR lost + contracted in the month to date) / MRR at its start (the end of the day before), over
--   the clients of that time: cancellations, ended terms, cheaper contracts and pauses; new clients are out
-- reference: SaaS metrics
-- owner: finance
select
    m.currency,
    m.started as denominator,
    m.lost + m.contracted as numerator,
    case when m.started = 0 then 'there was no recurring revenue at the start of the month' end as because
from mrr_movement as m
inner join period as p on m.month = p.month_start
