-- title: Clients by their share of revenue, in the month to date and in the last 12 full months
-- inputs: invoices, bookings?, stays?, yacht_deliveries?
-- columns: tenant: text, client_key: text, month_revenue: money, month_share: ratio, year_revenue: money,
--   year_share: ratio
-- kinds: agency
-- needs: the invoices with client, period and amount
-- owner: sales

-- A client with a negative sum has no share: it is listed and left out of the whole.
with totals as (
    select
        currency,
        cast(sum(greatest(in_month, 0)) as bigint) as in_month,
        cast(sum(greatest(in_year, 0)) as bigint) as in_year
    from client_revenue
    group by currency
)

select
    c.tenant,
    c.client_key,
    c.currency,
    c.in_month as month_revenue,
    c.in_year as year_revenue,
    t.in_month as month_share_denominator,
    t.in_year as year_share_denominator,
    case when c.in_month >= 0 then c.in_month end as month_share_numerator,
    case when c.in_year >= 0 then c.in_year end as year_share_numerator
from client_revenue as c
inner join totals as t on c.currency = t.currency
where c.in_month <> 0 or c.in_year <> 0
order by c.currency asc, c.in_month desc, c.in_year desc, c.tenant asc, c.client_key asc
