-- title: Receivables by age
-- inputs: invoices, payments
-- columns: bucket: text, invoices: count, amount: money
-- kinds: agency
-- needs: the invoices with their due day, and the payments with the invoice that each is for
-- owner: finance
with lines as (
    select
        currency,
        open as amount,
        1 as invoices,
        case
            when days_overdue <= 0 then 1
            when days_overdue <= 30 then 2
            when days_overdue <= 60 then 3
            when days_overdue <= 90 then 4
            when days_overdue > 90 then 5
            else 6
        end as place
    from receivables
    where open <> 0
    union all
    select
        t.currency,
        0 as amount,
        0 as invoices,
        b.place
    from (select distinct currency from tenant) as t
    cross join (values (1), (2), (3), (4), (5), (6)) as b (place)
)

select
    currency,
    cast(sum(case when place = 6 then 0 else invoices end) as bigint) as invoices,
    cast(sum(amount) as bigint) as amount,
    case place
        when 1 then 'not due'
        when 2 then '1-30 days'
        when 3 then '31-60 days'
        when 4 then '61-90 days'
        when 5 then 'over 90 days'
        else 'unapplied cash and credits'
    end as bucket
from lines
group by currency, place
order by currency asc, place asc
