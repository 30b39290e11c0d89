-- title: Bookings without a payment record
-- unit: count
-- better: down
-- grain: tenant, scope
-- inputs: bookings, payments
-- kinds: charter, event, hauling
-- spared: bookings.confirmed_at, bookings.balance_due_on
-- needs: the bookings, and the payments with the booking that each is for
-- formula: bookings that are done, or confirmed with the balance due, by the as-of day, that have a price and
--   not one payment received by then
-- reference: duplicate-payment and completeness tests of an audit
-- owner: finance
select
    p.as_of as period_start,
    p.as_of as period_end,
    count(u.booking_id) as value
from period as p
left join bookings_unpaid as u on true
group by p.as_of
