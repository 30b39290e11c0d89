-- title: What each booking or invoice was paid and has earned, on the days of balance_day
-- spared: payments.withheld, payments.booking_id, payments.invoice_id

-- received and earned are without tax and tip; received has what an agency or card firm withheld, less
-- refunds. balance = received - earned: positive is owed to the customer (a contract liability), negative
-- was earned and not yet paid. is_off: cancelled by that day, or a no-show.
-- An invoice whose tax is not paid apart is paid net in the proportion of its net amount to the whole.
with taxed_apart as (
    select distinct
        tenant,
        invoice_id
    from payments
    where part = 'tax' and invoice_id is not null
),

paid as (
    select
        pay.tenant,
        pay.currency,
        cast(pay.received_at at time zone z.name as date) as day,
        i.amount as gross,
        case when pay.booking_id is not null then 'booking' else 'invoice' end as source,
        coalesce(pay.booking_id, pay.invoice_id) as id,
        pay.amount + coalesce(pay.withheld, 0) as amount,
        case when pay.booking_id is null and a.invoice_id is null then i.tax else 0 end as tax_within
    from payments as pay
    cross join period as p
    cross join zone as z
    left join invoices as i on pay.tenant = i.tenant and pay.invoice_id = i.invoice_id
    left join taxed_apart as a on pay.tenant = a.tenant and pay.invoice_id = a.invoice_id
    where
        pay.part in ('deposit', 'balance')
        and pay.received_at < p.as_of_end
        and pay.created_at < p.as_of_end
        and (pay.booking_id is not null or i.invoice_id is not null)
),

movement as (
    select
        tenant,
        source,
        id,
        currency,
        day,
        case
            when coalesce(tax_within, 0) = 0 or gross = 0 then amount
            else sign(amount) * ((2 * abs(amount) * (gross - tax_within) + gross) // (2 * gross))
        end as received,
        0 as earned
    from paid
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
),

off as (
    select
        tenant,
        booking_id,
        case when status = 'no_show' then start_day else coalesce(cancelled_day, start_day) end as day
    from bookings_as_of
    where status in ('cancelled', 'no_show')
)

select
    m.tenant,
    m.source,
    m.id,
    m.currency,
    d.months_back,
    d.day,
    cast(sum(m.received) as bigint) as received,
    cast(sum(m.earned) as bigint) as earned,
    cast(sum(m.received - m.earned) as bigint) as balance,
    coalesce(max(o.day) <= d.day, false) as is_off
from movement as m
inner join balance_day as d on m.day <= d.day
left join off as o on m.tenant = o.tenant and m.source = 'booking' and m.id = o.booking_id
group by m.tenant, m.source, m.id, m.currency, d.months_back, d.day
