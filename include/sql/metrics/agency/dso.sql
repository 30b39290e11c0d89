-- title: Days sales outstanding (DSO)
-- unit: days
-- better: down
-- grain: tenant, scope
-- inputs: invoices, payments
-- kinds: agency
-- needs: the invoices with their day, and the payments with the invoice that each is for
-- formula: count-back: receivables at the as-of day are used up by the credit sales (invoices less credits,
--   with tax) of the last full month, then of the one before and so on: 30 days for each whole month, then
--   the part of the month in which they are used up
-- reference: accounts receivable, count-back method
-- owner: finance
with amounts as (
    select
        currency,
        open as amount
    from receivables
    union all
    select
        currency,
        0 as amount
    from tenant
),

owed as (
    select
        currency,
        sum(amount) as receivable
    from amounts
    group by currency
),

sales as (
    select
        o.currency,
        s.months_back,
        coalesce(sum(case i.kind when 'credit' then -i.amount else i.amount end), 0) as sold
    from owed as o
    cross join month_spine as s
    left join invoices_as_of as i
        on o.currency = i.currency and s.month <= i.issued_on and s.ends_before > i.issued_on
    where s.months_back between 1 and 12
    group by o.currency, s.months_back
),

counted as (
    select
        *,
        sum(sold) over (partition by currency order by months_back) as sold_since
    from sales
),

used_up as (
    select
        o.currency,
        min(c.months_back) as months_back
    from owed as o
    inner join counted as c
        on o.currency = c.currency and o.receivable <= c.sold_since
    where o.receivable > 0
    group by o.currency
)

select
    o.currency,
    p.full_start_12m as period_start,
    p.as_of as period_end,
    case
        when o.receivable <= 0 then 0
        else cast(30 * (u.months_back * c.sold + o.receivable - c.sold_since) as decimal(38, 0))
    end as numerator,
    case when o.receivable <= 0 then 1 else cast(c.sold as decimal(38, 0)) end as denominator,
    case when o.receivable > 0 and u.currency is null then 'no_history' end as missing,
    case
        when o.receivable <= 0 then 'clients owe nothing on balance'
        when u.currency is null then 'the sales of the last 12 full months are less than what is owed'
    end as because
from owed as o
cross join period as p
left join used_up as u on o.currency = u.currency
left join counted as c on u.currency = c.currency and u.months_back = c.months_back
