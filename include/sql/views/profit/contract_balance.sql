-- title: What each booking or invoice was paid and has earned, on the days of balance_day

-- received and earned are without tax and tip; received has what an agency or card firm withheld, less
-- refunds; refunded is what of it was paid back, positive. balance = received - earned: positive is owed to
-- the customer, negative was earned and not yet paid. liability: what is owed of money that was received (a
-- contract liability): a credit note on what nobody paid takes back a receivable, and owes nothing.
-- is_off: cancelled by that day, or a no-show.
with off as (
    select
        tenant,
        booking_id,
        case when status = 'no_show' then start_day else coalesce(cancelled_day, start_day) end as day
    from bookings_as_of
    where status in ('cancelled', 'no_show')
)

select
    m.tenant,
    m.source,
    m.id,
    m.currency,
    d.months_back,
    d.day,
    cast(sum(m.received) as bigint) as received,
    cast(sum(case when m.received < 0 then -m.received else 0 end) as bigint) as refunded,
    cast(sum(m.earned) as bigint) as earned,
    cast(sum(m.received - m.earned) as bigint) as balance,
    cast(greatest(least(sum(m.received - m.earned), sum(m.received)), 0) as bigint) as liability,
    coalesce(max(o.day) <= d.day, false) as is_off
from contract_movement as m
inner join balance_day as d on m.day <= d.day
left join off as o on m.tenant = o.tenant and m.source = 'booking' and m.id = o.booking_id
group by m.tenant, m.source, m.id, m.currency, d.months_back, d.day
