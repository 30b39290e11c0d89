-- title: What clients owe at the end of the as-of day, and what they have to their credit
-- spared: invoices.due_on, invoices.terms_days, invoices.applies_to, invoices.disputed_on,
--   invoices.settled_on, invoices.void_on, payments.withheld, payments.client_key, payments.booking_id

-- One row per invoice that was issued by then and not void, and one per credit that was not used: cash and
-- credit notes without an invoice, and what was paid on an invoice beyond its amount. open is positive for
-- an invoice and negative for a credit (whose invoice_id is null), so that the sum is what is owed net. A
-- payment settles its own invoice only, with what was withheld on the way; a tip settles nothing.
-- due_on: as printed, else issue + terms, else the day of issue. days_overdue: null for a credit.
with live as (
    select
        i.tenant,
        i.invoice_id,
        i.client_key,
        i.kind,
        i.applies_to,
        i.currency,
        i.amount,
        i.issued_on,
        coalesce(i.due_on, i.issued_on + cast(coalesce(i.terms_days, 0) as integer)) as due_day,
        coalesce(i.disputed_on <= p.as_of, false)
        and not coalesce(i.settled_on <= p.as_of, false) as is_disputed
    from invoices as i
    cross join period as p
    where
        i.issued_on <= p.as_of
        and i.created_at < p.as_of_end
        and not coalesce(i.void_on <= p.as_of, false)
),

reductions as (
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
    from live
    where kind = 'credit'
),

billed as (
    select *
    from live
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
    date_diff('day', s.due_day, p.as_of) as days_overdue,
    greatest(s.balance, 0) as open
from balances as s
cross join period as p
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
    -r.amount as open
from reductions as r
left join billed as b
    on r.tenant = b.tenant and r.invoice_id = b.invoice_id and r.currency = b.currency
where b.invoice_id is null
