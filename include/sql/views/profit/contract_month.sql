-- title: What customers paid ahead and what they owe on the days of balance_day, by tenant and currency

-- Sums over contract_balance. net: of all balances; deferred: of the liabilities; deposits_owed: of those of
-- cancelled bookings and no-shows; unpaid: what the liabilities are above the balances, that is what was
-- earned and not yet paid, less credit notes on what nobody paid: net = deferred + deposits_owed - unpaid.
-- received, refunded and earned: up to the day.
with held as (
    select
        tenant,
        currency,
        since,
        until,
        off_since,
        sum(balance) as net,
        sum(received) as received,
        sum(refunded) as refunded,
        sum(earned) as earned,
        sum(liability) as owed,
        sum(liability - balance) as unpaid
    from contract_balance
    group by tenant, currency, since, until, off_since
)

select
    h.tenant,
    h.currency,
    d.months_back,
    d.day,
    cast(sum(h.net) as bigint) as net,
    cast(sum(h.received) as bigint) as received,
    cast(sum(h.refunded) as bigint) as refunded,
    cast(sum(h.earned) as bigint) as earned,
    cast(
        sum(case when coalesce(d.months_back <= h.off_since, false) then 0 else h.owed end) as bigint
    ) as deferred,
    cast(
        sum(case when coalesce(d.months_back <= h.off_since, false) then h.owed else 0 end) as bigint
    ) as deposits_owed,
    cast(sum(h.unpaid) as bigint) as unpaid
from held as h
inner join balance_day as d on h.since >= d.months_back and coalesce(h.until, -2) < d.months_back
group by h.tenant, h.currency, d.months_back, d.day
