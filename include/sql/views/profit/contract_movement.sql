-- title: What moved the balance of each booking or invoice: money received or paid back, revenue earned
-- kept: no
-- spared: payments.withheld, payments.booking_id, payments.invoice_id

-- received and earned are without tax and tip; received has what an agency or card firm withheld, and is
-- negative for a refund.
-- An invoice whose tax is not paid apart is paid net in the proportion of its net amount to the whole: what
-- was paid so far is rounded, half away from zero, so that an invoice paid in parts is paid to the last unit.
with taxed_apart as (
    select distinct
        tenant,
        invoice_id
    from payments
    where part = 'tax' and invoice_id is not null
),

paid_invoice as (
    select
        pay.tenant,
        pay.currency,
        pay.received_at,
        pay.payment_id,
        cast(pay.received_at at time zone z.name as date) as day,
        i.amount as gross,
        pay.invoice_id as id,
        pay.amount + coalesce(pay.withheld, 0) as amount,
        case when a.invoice_id is null and i.amount <> 0 then coalesce(i.tax, 0) else 0 end as tax_within
    from payments as pay
    cross join period as p
    cross join zone as z
    inner join invoices as i on pay.tenant = i.tenant and pay.invoice_id = i.invoice_id
    left join taxed_apart as a on pay.tenant = a.tenant and pay.invoice_id = a.invoice_id
    where
        pay.booking_id is null
        and pay.part in ('deposit', 'balance')
        and pay.received_at < p.as_of_end
        and pay.created_at < p.as_of_end
),

paid_with_tax as (
    select
        *,
        cast(
            sum(amount) over (
                partition by tenant, id, currency
                order by received_at asc, payment_id asc
                rows between unbounded preceding and current row
            ) as bigint
        ) as to_date
    from paid_invoice
    where tax_within <> 0
)

select
    pay.tenant,
    'booking' as source,
    pay.booking_id as id,
    pay.currency,
    cast(pay.received_at at time zone z.name as date) as day,
    pay.amount + coalesce(pay.withheld, 0) as received,
    0 as earned
from payments as pay
cross join period as p
cross join zone as z
where
    pay.booking_id is not null
    and pay.part in ('deposit', 'balance')
    and pay.received_at < p.as_of_end
    and pay.created_at < p.as_of_end
union all
select
    tenant,
    'invoice' as source,
    id,
    currency,
    day,
    amount as received,
    0 as earned
from paid_invoice
where tax_within = 0
union all
select
    tenant,
    'invoice' as source,
    id,
    currency,
    day,
    sign(to_date) * ((2 * abs(to_date) * (gross - tax_within) + gross) // (2 * gross))
    - sign(to_date - amount)
    * ((2 * abs(to_date - amount) * (gross - tax_within) + gross) // (2 * gross)) as received,
    0 as earned
from paid_with_tax
union all
select
    tenant,
    source,
    id,
    currency,
    day,
    0 as received,
    amount as earned
from revenue_by_day
where source in ('booking', 'invoice')
