-- title: Value of bookings without a payment record
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: bookings, payments
-- kinds: charter, event, hauling
-- spared: bookings.confirmed_at, bookings.balance_due_on
-- needs: the bookings, and the payments with the booking that each is for
-- formula: sum of the prices of the bookings that are done, or confirmed with the balance due, by the as-of
--   day and have not one payment received by then
-- reference: duplicate-payment and completeness tests of an audit
-- owner: finance
with amounts as (
    select
        currency,
        price as amount
    from bookings_unpaid
    union all
    select
        currency,
        0 as amount
    from tenant
)

select
    a.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(a.amount) as bigint) as value
from amounts as a
cross join period as p
group by a.currency, p.as_of
