-- title: Operating receipts and payments by month and currency

-- Months of month_spine; in_history: no earlier than the first ledger of the tenants begins.
with history as (
    select min(first_month) as first_month
    from ledger_history
)

select
    m.months_back,
    m.month,
    m.ends_before,
    m.is_full,
    c.currency,
    cast(coalesce(sum(o.receipt), 0) as bigint) as receipts,
    cast(coalesce(sum(o.payment), 0) as bigint) as payments,
    coalesce(m.month >= h.first_month, false) as in_history
from month_spine as m
cross join ledger_currency as c
cross join history as h
left join operating_cash as o
    on c.currency = o.currency and m.month <= o.paid_on and m.ends_before > o.paid_on
group by m.months_back, m.month, m.ends_before, m.is_full, c.currency, h.first_month
