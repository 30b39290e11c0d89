-- title: Days since the last mailing
-- unit: days
-- better: down
-- grain: scope
-- inputs: campaigns
-- kinds: charter, event
-- spared: campaigns.delivered
-- needs: the campaigns with their first day and what was delivered
-- formula: as-of day - first day of the last campaign that delivered messages
-- reference: ours
-- owner: marketing
select
    p.as_of as period_end,
    coalesce(max(c.started_on), p.as_of) as period_start,
    date_diff('day', max(c.started_on), p.as_of) as value,
    case when count(c.campaign_id) = 0 then 'no_history' end as missing,
    case when count(c.campaign_id) = 0 then 'no mailing says what was delivered' end as because
from period as p
left join campaigns as c
    on p.as_of >= c.started_on and p.as_of_end > c.created_at and c.delivered > 0
group by p.as_of
