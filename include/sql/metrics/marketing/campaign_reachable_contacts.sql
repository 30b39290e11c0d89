-- title: People who may be mailed
-- unit: count
-- better: up
-- grain: scope
-- inputs: audience
-- kinds: charter, event
-- spared: audience.suppression
-- needs: the mailing list with consents and suppressions
-- formula: distinct folded addresses that are valid, consented and not suppressed by the as-of day; each
--   other row is out for the first reason of: malformed, duplicate, no consent, complained, unsubscribed,
--   bounced, manual
-- reference: common use
-- owner: marketing
select
    p.as_of as period_start,
    p.as_of as period_end,
    count(case when a.reason = 'reachable' then 1 end) as value,
    'of ' || count(a.contact_key) || ' rows' as because
from period as p
left join audience_state as a on true
group by p.as_of
