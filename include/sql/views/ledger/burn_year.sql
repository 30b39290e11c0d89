-- title: Receipts and payments of the last 3 and the last 12 full months, by currency

-- months: full months in history, at most 12.
select
    currency,
    cast(coalesce(sum(payments) filter (where months_back <= 3), 0) as bigint) as payments_3m,
    cast(coalesce(sum(receipts) filter (where months_back <= 3), 0) as bigint) as receipts_3m,
    count(*) filter (where in_history) as months,
    min(payments) filter (where in_history) as lowest_payments,
    max(payments) filter (where in_history) as highest_payments
from burn_month
where months_back between 1 and 12
group by currency
