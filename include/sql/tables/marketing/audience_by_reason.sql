-- title: Mailing list, by whether it may be mailed
-- inputs: audience
-- columns: reason: text, contacts: count, share: ratio
-- kinds: charter, event
-- spared: audience.suppression
-- needs: the mailing list with consents and suppressions
-- owner: marketing

-- Every row once, under the first reason for which it can't be mailed; the last line is all of them.
with reasons as (
    select
        r.place,
        r.reason
    from (
        values
        (1, 'reachable'), (2, 'malformed'), (3, 'duplicate'), (4, 'no consent'), (5, 'complained'),
        (6, 'unsubscribed'), (7, 'bounced'), (8, 'manual'), (9, 'all rows')
    ) as r (place, reason)
)

select
    r.reason,
    count(a.contact_key) as contacts,
    count(a.contact_key) as share_numerator,
    (select count(*) from audience_state) as share_denominator
from reasons as r
left join audience_state as a on r.reason = a.reason or r.reason = 'all rows'
group by r.place, r.reason
order by r.place
