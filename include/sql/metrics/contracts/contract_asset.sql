-- title: Earned and not yet due
-- unit: money
-- better: neither
-- grain: tenant, scope
-- inputs: bookings, payments, invoices?, stays?, yacht_deliveries?
-- kinds: charter, event, hauling
-- spared: bookings.confirmed_at, bookings.balance_due_on, invoices.tax
-- needs: the bookings, and the payments with the booking that each is for
-- formula: sum over bookings of what was earned by the as-of day beyond what was received, where the balance
--   is not due yet (due day, else the last day of the service, after the as-of day); what is due is a
--   receivable. It is not set off against the deposits of other bookings
-- reference: ASC 606-10-45-1..4 (contract asset)
-- owner: finance
with amounts as (
    select
        c.currency,
        greatest(-c.balance, 0) as amount
    from contract_balance as c
    inner join bookings_as_of as b
        on c.tenant = b.tenant and c.id = b.booking_id
    cross join period as p
    where
        c.source = 'booking'
        and c.is_latest
        and not c.is_off
        and coalesce(b.balance_due_on, b.last_day) > p.as_of
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
