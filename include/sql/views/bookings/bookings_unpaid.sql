-- title: Bookings done or due by the as-of day for which no payment is known

-- A payment that was refunded later is still a payment; a booking without a price needs none.
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
left join payments_by_booking as pay
    on b.tenant = pay.tenant and b.booking_id = pay.booking_id
where
    (b.status = 'completed' or (b.status = 'confirmed' and b.balance_due_on <= p.as_of))
    and b.price > 0
    and pay.booking_id is null
