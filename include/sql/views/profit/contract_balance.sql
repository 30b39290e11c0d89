-- title: What each booking or invoice was paid and has earned, and on which balance days that holds

-- received and earned are without tax and tip; received has what an agency or card firm withheld, less
-- refunds; refunded is what of it was paid back, positive. balance = received - earned: positive is owed to
-- the customer, negative was earned and not yet paid. liability: what is owed of money that was received (a
-- contract liability): a credit note on what nobody paid takes back a receivable, and owes nothing.
-- One row for each balance day on which that changed, not for each of the days: it holds from the balance day
-- months_back = since to the last one before until (null: to the as-of day, is_latest). off_since: since when
-- it is cancelled or a no-show, null: never; is_off: on the as-of day.
with off as (
    select
        tenant,
        booking_id,
        case when status = 'no_show' then start_day else coalesce(cancelled_day, start_day) end as day
    from bookings_as_of
    where status in ('cancelled', 'no_show')
),

moved as (
    select
        m.tenant,
        m.source,
        m.id,
        m.currency,
        cast(sum(m.received) as bigint) as received,
        cast(sum(case when m.received < 0 then -m.received else 0 end) as bigint) as refunded,
        cast(sum(m.earned) as bigint) as earned,
        greatest(least(date_diff('month', m.day, p.full_end) - 1, 12), -1) as since
    from contract_movement as m
    cross join period as p
    group by m.tenant, m.source, m.id, m.currency, since
),

summed as (
    select
        tenant,
        source,
        id,
        currency,
        since,
        cast(
            sum(received) over (partition by tenant, source, id, currency order by since desc) as bigint
        ) as received,
        cast(
            sum(refunded) over (partition by tenant, source, id, currency order by since desc) as bigint
        ) as refunded,
        cast(
            sum(earned) over (partition by tenant, source, id, currency order by since desc) as bigint
        ) as earned,
        lead(since) over (partition by tenant, source, id, currency order by since desc) as until
    from moved
),

off_from as (
    select
        o.tenant,
        o.booking_id,
        min(greatest(least(date_diff('month', o.day, p.full_end) - 1, 12), -1)) as since
    from off as o
    cross join period as p
    where o.day <= p.as_of
    group by o.tenant, o.booking_id
)

select
    s.tenant,
    s.source,
    s.id,
    s.currency,
    s.since,
    s.until,
    s.received,
    s.refunded,
    s.earned,
    f.since as off_since,
    s.received - s.earned as balance,
    greatest(least(s.received - s.earned, s.received), 0) as liability,
    s.until is null as is_latest,
    s.until is null and f.since is not null as is_off
from summed as s
left join off_from as f on s.tenant = f.tenant and s.source = 'booking' and s.id = f.booking_id
