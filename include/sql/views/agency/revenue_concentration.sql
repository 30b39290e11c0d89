-- title: How much of the revenue comes from how few clients

-- A row per currency, of the month to date and of the last 12 full months: the largest client's revenue
-- (top), all clients' (whole), and the sum of the squares. negative: clients whose credits are more than
-- their invoices in the month: they are out, as in the year those are for whom it is so in the year. told:
-- the window of the value, in words, which goes on with that of the year.
with amounts as (
    select
        currency,
        cast(greatest(in_month, 0) as hugeint) as in_month,
        cast(greatest(in_year, 0) as hugeint) as in_year,
        case when in_month < 0 then 1 else 0 end as negative
    from client_revenue
    union all
    select distinct
        currency,
        0 as in_month,
        0 as in_year,
        0 as negative
    from tenant
)

select
    currency,
    sum(negative) as negative,
    max(in_month) as month_top,
    sum(in_month) as month_whole,
    sum(in_month * in_month) as month_squares,
    max(in_year) as year_top,
    sum(in_year) as year_whole,
    sum(in_year * in_year) as year_squares,
    case
        when sum(in_month) = 0 then 'no invoice earned anything in the month to date'
        when sum(negative) > 0
            then 'of the month to date, without ' || sum(negative) || ' clients whose credits are more; '
        else 'of the month to date; '
    end as told
from amounts
group by currency
