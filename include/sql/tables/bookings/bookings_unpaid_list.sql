-- title: Bookings without a payment record
-- inputs: bookings, payments
-- columns: tenant: text, booking_id: text, status: text, start_day: day, channel: text, price: money
-- kinds: charter, event, hauling
-- spared: bookings.confirmed_at, bookings.balance_due_on
-- needs: the bookings, and the payments with the booking that each is for
-- owner: finance
select
    tenant,
    booking_id,
    status,
    start_day,
    channel,
    currency,
    price
from bookings_unpaid
order by start_day asc, tenant asc, booking_id asc
