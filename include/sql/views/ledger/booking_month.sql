-- title: What the ledger has as revenue of each booking by month, and what the booking earned in it
-- spared: bookings.confirmed_at

-- Months that are over, from the tenant's first in the ledger on. Of the running month only what is posted
-- for a booking that begins after it: for the others the month is not closed yet. posted: revenue lines
-- that name the booking, interest and opening entries apart.
with both_sides as (
    select
        l.tenant,
        l.booking_id,
        l.currency,
        cast(date_trunc('month', l.posted_on) as date) as month,
        -l.amount as posted,
        0 as earned
    from ledger_line as l
    cross join period as p
    inner join bookings_as_of as b on l.tenant = b.tenant and l.booking_id = b.booking_id
    where
        l.type = 'revenue'
        and l.role <> 'interest'
        and not l.is_opening
        and (l.posted_on < p.full_end or b.start_day >= p.month_start + interval 1 month)
    union all
    select
        r.tenant,
        r.id as booking_id,
        r.currency,
        cast(date_trunc('month', r.day) as date) as month,
        0 as posted,
        r.amount as earned
    from revenue_by_day as r
    cross join period as p
    inner join ledger_history as h on r.tenant = h.tenant
    where r.source = 'booking' and r.day >= h.first_month and r.day < p.full_end
)

select
    tenant,
    booking_id,
    currency,
    month,
    cast(sum(posted) as bigint) as posted,
    cast(sum(earned) as bigint) as earned
from both_sides
group by tenant, booking_id, currency, month
