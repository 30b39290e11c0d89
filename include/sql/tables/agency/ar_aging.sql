-- title: Receivables by age
-- inputs: invoices, payments
-- columns: bucket: text, invoices: count, amount: money
-- kinds: agency
-- needs: the invoices with their due day, and the payments with the invoice that each is for
-- owner: finance
with lines as (
    select
        currency,
        age,
        open as amount,
        case when age = 6 then 0 else 1 end as invoices
    from receivables
    where open <> 0
    union all
    select distinct
        t.currency,
        a.age,
        0 as amount,
        0 as invoices
    from tenant as t
    cross join aging_line as a
)

select
    s.currency,
    a.bucket,
    cast(sum(s.invoices) as bigint) as invoices,
    cast(sum(s.amount) as bigint) as amount
from lines as s
inner join aging_line as a on s.age = a.age
group by s.currency, a.age, a.bucket
order by s.currency asc, a.age asc
