-- title: Roll-forward of what customers paid ahead
-- inputs: payments, bookings?, invoices?, stays?, yacht_deliveries?
-- columns: tenant: text, month: day, currency: text, opening: money, received: money, refunded: money,
--   recognised: money, closing: money, deferred: money, deposits_owed: money, unpaid: money
-- spared: bookings.confirmed_at
-- needs: bookings or invoices, and what customers paid
-- owner: finance

-- The last full month and the running one, by day of payment and by what was earned. opening + received -
-- refunded - recognised = closing holds for the net of all bookings and invoices; closing = deferred +
-- deposits_owed - unpaid, where unpaid was earned and not yet paid, less credit notes on what nobody paid.
with span as (
    select
        cast(full_end - interval 1 month as date) as month,
        1 as opens,
        0 as closes
    from period
    union all
    select
        month_start as month,
        0 as opens,
        -1 as closes
    from period
    where tomorrow > full_end
),

business as (
    select
        tenant,
        currency
    from tenant
    union
    select
        tenant,
        currency
    from contract_month
)

select
    b.tenant,
    s.month,
    b.currency,
    cast(coalesce(o.net, 0) as bigint) as opening,
    cast(
        coalesce(c.received + c.refunded, 0) - coalesce(o.received + o.refunded, 0) as bigint
    ) as received,
    cast(coalesce(c.refunded, 0) - coalesce(o.refunded, 0) as bigint) as refunded,
    cast(coalesce(c.earned, 0) - coalesce(o.earned, 0) as bigint) as recognised,
    cast(coalesce(c.net, 0) as bigint) as closing,
    cast(coalesce(c.deferred, 0) as bigint) as deferred,
    cast(coalesce(c.deposits_owed, 0) as bigint) as deposits_owed,
    cast(coalesce(c.unpaid, 0) as bigint) as unpaid
from business as b
cross join span as s
left join contract_month as o on b.tenant = o.tenant and b.currency = o.currency and s.opens = o.months_back
left join contract_month as c on b.tenant = c.tenant and b.currency = c.currency and s.closes = c.months_back
order by b.tenant asc, s.month asc, b.currency asc
