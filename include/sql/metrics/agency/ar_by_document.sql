-- title: Receivables, counted from invoices and payments
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: invoices, payments
-- kinds: agency
-- spared: payments.withheld, payments.client_key, payments.booking_id, invoices.void_on
-- needs: the invoices, and the payments with the invoice that each is for
-- formula: invoices issued by the as-of day and not void - credit notes - what clients paid on invoices or on
--   account (with what was withheld, without tips); no payment is set against its invoice. Other than
--   ar_total holds the report
-- reference: accounts receivable
-- owner: finance
with amounts as (
    select
        currency,
        case kind when 'credit' then -amount else amount end as amount
    from invoices_as_of
    union all
    select
        pay.currency,
        -(pay.amount + coalesce(pay.withheld, 0)) as amount
    from payments as pay
    cross join period as p
    where
        pay.received_at < p.as_of_end
        and pay.created_at < p.as_of_end
        and pay.booking_id is null
        and pay.part <> 'tip'
        and coalesce(pay.invoice_id, pay.client_key) is not null
    union all
    select
        currency,
        0 as amount
    from tenant
)

select
    a.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(a.amount) as bigint) as value
from amounts as a
cross join period as p
group by a.currency, p.as_of
