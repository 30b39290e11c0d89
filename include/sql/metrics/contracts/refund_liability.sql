-- title: Money that may still be claimed back
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: bookings, payments, invoices?, stays?, yacht_deliveries?
-- kinds: charter, event, hauling
-- spared: bookings.confirmed_at, invoices.tax
-- needs: until when each booking may be cancelled free of charge, beside the payments
-- formula: the part of deferred revenue (received - refunded - earned, per booking, at least 0) of bookings
--   confirmed on the as-of day that may still be cancelled free of charge after it
-- reference: ASC 606-10-55-22..29 (refund liability)
-- owner: finance
with amounts as (
    select
        c.currency,
        c.liability as amount
    from contract_balance as c
    inner join bookings_as_of as b
        on c.tenant = b.tenant and c.id = b.booking_id
    cross join period as p
    where
        c.source = 'booking'
        and c.is_latest
        and b.status = 'confirmed'
        and b.free_cancel_until >= p.as_of_end
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
