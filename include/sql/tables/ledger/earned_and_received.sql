-- title: Revenue earned and cash received, by month
-- inputs: payments, bookings?, invoices?, stays?, yacht_deliveries?
-- columns: month: day, is_full: boolean, currency: text, earned: money, received: money, difference: money
-- spared: bookings.confirmed_at
-- needs: bookings or invoices, and what customers paid
-- owner: finance

-- Of the businesses that deliver payments, so that like stands beside like: the last 12 full months and the
-- running one, oldest first. received: as it reached the bank, with tax and tips, refunds negative.
with earned as (
    select
        currency,
        cast(date_trunc('month', day) as date) as month,
        sum(amount) as amount
    from revenue_by_day
    group by currency, date_trunc('month', day)
),

received as (
    select
        pay.currency,
        cast(date_trunc('month', pay.received_at at time zone z.name) as date) as month,
        sum(pay.amount) as amount
    from payments as pay
    cross join period as p
    cross join zone as z
    where pay.received_at < p.as_of_end and pay.created_at < p.as_of_end
    group by pay.currency, date_trunc('month', pay.received_at at time zone z.name)
),

currencies as (
    select distinct currency
    from tenant
)

select
    m.month,
    m.is_full,
    c.currency,
    cast(coalesce(e.amount, 0) as bigint) as earned,
    cast(coalesce(r.amount, 0) as bigint) as received,
    cast(coalesce(r.amount, 0) - coalesce(e.amount, 0) as bigint) as difference
from month_spine as m
cross join currencies as c
left join earned as e on m.month = e.month and c.currency = e.currency
left join received as r on m.month = r.month and c.currency = r.currency
where m.months_back <= 12
order by c.currency asc, m.month asc
