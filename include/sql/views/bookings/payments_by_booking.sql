-- title: What each booking was paid by the end of the as-of day
-- spared: payments.withheld, payments.booking_id, payments.invoice_id

-- One row per tenant, booking and currency, so that a join to bookings multiplies nothing.
-- received: for the price (deposits and balances), with what an agency or card firm withheld, before
-- refunds. refunded: positive. taxes, tips: net of refunds. banked: all that reached the bank, net.
with known as (
    select
        pay.tenant,
        pay.booking_id,
        pay.currency,
        pay.amount,
        pay.part,
        pay.received_at,
        pay.part in ('deposit', 'balance') as for_price,
        coalesce(pay.withheld, 0) as withheld
    from payments as pay
    cross join period as p
    where
        pay.booking_id is not null
        and pay.received_at < p.as_of_end
        and pay.created_at < p.as_of_end
)

select
    tenant,
    booking_id,
    currency,
    cast(sum(case when for_price and amount >= 0 then amount else 0 end + withheld) as bigint) as received,
    cast(sum(case when for_price and amount < 0 then -amount else 0 end) as bigint) as refunded,
    cast(sum(case when part = 'tax' then amount else 0 end) as bigint) as taxes,
    cast(sum(case when part = 'tip' then amount else 0 end) as bigint) as tips,
    cast(sum(amount) as bigint) as banked,
    count(*) as payments,
    max(received_at) as last_received_at
from known
group by tenant, booking_id, currency
