-- title: Bookings recognised in the wrong period
-- inputs: general_ledger, chart_of_accounts, bookings, stays?, invoices?, yacht_deliveries?
-- columns: tenant: text, booking_id: text, posted_month: day, earned_month: day, currency: text, amount:
--   money, why: text
-- kinds: charter, event, hauling, hotel
-- spared: bookings.confirmed_at, bookings.cancel_fee, general_ledger.opening
-- needs: a general ledger whose revenue lines name the booking that they come from
-- owner: finance
select
    tenant,
    booking_id,
    posted_month,
    earned_month,
    currency,
    amount,
    case
        when ahead = 0 then 'earned and not posted'
        when behind = 0 then 'posted and not earned'
        when ahead <> behind then 'another amount than was earned'
        when posted_month < earned_month then 'posted too early'
        else 'posted too late'
    end as why
from revenue_misdated
order by tenant asc, posted_month asc nulls last, booking_id asc, currency asc
