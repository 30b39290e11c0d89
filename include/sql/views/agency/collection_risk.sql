-- title: How likely it is that a client's open invoices are not paid, with the terms of the score

-- A row per client and currency with an invoice; credits that were not used are left out, so that every share
-- lies between 0 and 1. score_numerator / score_denominator = 40 x overdue share + 30 x min(days beyond
-- terms, 90) / 90 + 20 x share overdue by more than 60 days + 10 x disputed share: 0 to 100; the
-- denominator is 0 where nothing is open. open_days / open: days beyond terms, the mean of the days
-- overdue weighted by what is open, 0 days for what is not due yet.
with sums as (
    select
        tenant,
        client_key,
        currency,
        cast(sum(open) as bigint) as open,
        cast(sum(case when days_overdue > 0 then open else 0 end) as bigint) as overdue,
        cast(sum(case when days_overdue > 60 then open else 0 end) as bigint) as over_60,
        cast(sum(case when is_disputed then open else 0 end) as bigint) as disputed,
        cast(sum(greatest(days_overdue, 0) * open) as bigint) as open_days
    from receivables
    where invoice_id is not null
    group by tenant, client_key, currency
)

select
    *,
    120 * overdue + least(open_days, 90 * open) + 60 * over_60 + 30 * disputed as score_numerator,
    3 * open as score_denominator
from sums
