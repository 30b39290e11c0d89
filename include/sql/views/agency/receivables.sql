-- title: What clients owe at the end of the as-of day, and what they have to their credit
-- spared: payments.withheld, payments.client_key, payments.booking_id

-- One row per invoice that was issued by then and not void, and one per credit that was not used: cash and
-- credit notes without an invoice, and what was paid on an invoice beyond its amount. open is positive for
-- an invoice and negative for a credit (whose invoice_id is null), so that the sum is what is owed net. A
-- payment settles its own invoice only, with what was withheld on the way; a tip settles nothing.
-- days_overdue: null for a credit. age: the line of the aging: 1 not due, 2 to 5 overdue by 1 to 30, 31 to
-- 60, 61 to 90 and more than 90 days, 6 a credit.
with reductions as (
    select
        pay.tenant,
        pay.invoice_id,
        pay.client_key,
        pay.currency,
        pay.amount + coalesce(pay.withheld, 0) as amount
    from payments as pay
    cross join period as p
    where
        pay.received_at < p.as_of_end
        and pay.created_at < p.as_of_end
        and pay.booking_id is null
        and pay.part <> 'tip'
        and (pay.invoice_id is not null or pay.client_key is not null)
    union all
    select
        tenant,
        applies_to as invoice_id,
        client_key,
        currency,
        amount
    from invoices_as_of
    where kind = 'credit'
),

billed as (
    select *
    from invoices_as_of
    where kind = 'invoice'
),

applied as (
    select
        r.tenant,
        r.invoice_id,
        r.currency,
        cast(sum(r.amount) as bigint) as amount
    from reductions as r
    inner join billed as b
        on r.tenant = b.tenant and r.invoice_id = b.invoice_id and r.currency = b.currency
    group by r.tenant, r.invoice_id, r.currency
),

balances as (
    select
        b.*,
        b.amount - coalesce(a.amount, 0) as balance
    from billed as b
    left join applied as a
        on b.tenant = a.tenant and b.invoice_id = a.invoice_id and b.currency = a.currency
)

select
    s.tenant,
    s.client_key,
    s.invoice_id,
    s.currency,
    s.issued_on,
    s.due_day as due_on,
    s.is_disputed,
    s.days_overdue,
    case
        when s.days_overdue <= 0 then 1
        when s.days_overdue <= 30 then 2
        when s.days_overdue <= 60 then 3
        when s.days_overdue <= 90 then 4
        else 5
    end as age,
    greatest(s.balance, 0) as open
from balances as s
union all
select
    tenant,
    client_key,
    null as invoice_id,
    currency,
    null as issued_on,
    null as due_on,
    false as is_disputed,
    null as days_overdue,
    6 as age,
    balance as open
from balances
where balance < 0
union all
select
    r.tenant,
    r.client_key,
    null as invoice_id,
    r.currency,
    null as issued_on,
    null as due_on,
    false as is_disputed,
    null as days_overdue,
    6 as age,
    -r.amount as open
from reductions as r
left join billed as b
    on r.tenant = b.tenant and r.invoice_id = b.invoice_id and r.currency = b.currency
where b.invoice_id is null
