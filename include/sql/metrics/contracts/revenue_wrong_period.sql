-- title: Revenue in the wrong period
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts, bookings, stays?, invoices?, yacht_deliveries?
-- kinds: charter, event, hauling, hotel
-- spared: bookings.confirmed_at, bookings.cancel_fee, general_ledger.opening
-- needs: a general ledger whose revenue lines name the booking that they come from
-- formula: for each booking, over the months that are over, the larger of what the ledger has beyond what was
--   earned in a month and what it lacks; summed over bookings. 900 posted in March and earned in April: 900.
--   Of the running month only what is posted for bookings that begin after it; interest is out. A business
--   none of whose revenue lines names a booking is left out: no_data
-- reference: ASC 606-10-25-30; cut-off test of an audit
-- owner: finance
with silent as (
    select tenant
    from booking_month
    group by tenant
    having max(case when posted <> 0 then 1 else 0 end) = 0
),

amounts as (
    select
        tenant,
        currency,
        amount,
        1 as bookings
    from revenue_misdated
    union all
    select
        tenant,
        currency,
        0 as amount,
        0 as bookings
    from tenant
)

select
    a.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(a.amount) as bigint) as value,
    'bookings: ' || cast(sum(a.bookings) as bigint) as because
from amounts as a
cross join period as p
left join silent as s on a.tenant = s.tenant
where s.tenant is null
group by a.currency, p.as_of
