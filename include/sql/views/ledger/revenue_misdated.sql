-- title: Bookings whose revenue the ledger has in another month than it was earned, or only in one of the two

-- amount: the larger of what the ledger has too much in some months (ahead) and too little in others
-- (behind): 900 posted in March and earned in April are 900, not 1,800. posted_month, earned_month: the
-- first of each. A tenant whose revenue lines name no booking is out: there the months can't be told.
with named as (
    select tenant
    from booking_month
    group by tenant
    having max(case when posted <> 0 then 1 else 0 end) = 1
),

compared as (
    select
        m.tenant,
        m.booking_id,
        m.currency,
        cast(sum(greatest(m.posted - m.earned, 0)) as bigint) as ahead,
        cast(sum(greatest(m.earned - m.posted, 0)) as bigint) as behind,
        min(case when m.posted > m.earned then m.month end) as posted_month,
        min(case when m.earned > m.posted then m.month end) as earned_month
    from booking_month as m
    inner join named as n on m.tenant = n.tenant
    group by m.tenant, m.booking_id, m.currency
)

select
    tenant,
    booking_id,
    currency,
    ahead,
    behind,
    posted_month,
    earned_month,
    greatest(ahead, behind) as amount
from compared
where ahead > 0 or behind > 0
