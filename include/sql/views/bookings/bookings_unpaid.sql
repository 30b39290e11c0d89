-- title: Bookings done or due by the as-of day for which no payment is known
-- spared: payments.booking_id

-- A payment that was refunded later is still a payment; a booking without a price needs none.
with paid as (
    select
        pay.tenant,
        pay.booking_id
    from payments as pay
    cross join period as p
    where pay.received_at < p.as_of_end and pay.created_at < p.as_of_end
)

select
    b.tenant,
    b.booking_id,
    b.status,
    b.start_day,
    b.channel,
    b.currency,
    b.price
from bookings_as_of as b
cross join period as p
where
    (b.status = 'completed' or (b.status = 'confirmed' and b.balance_due_on <= p.as_of))
    and b.price > 0
    and not exists (
        select 1 from paid
        where paid.tenant = b.tenant and paid.booking_id = b.booking_id
    )
