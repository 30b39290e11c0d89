-- title: What is earned, with the local days over which it is earned
-- spared: bookings.cancel_fee, stays.cleaning, stays.cancel_fee, invoices.period_start, invoices.period_end,
--   invoices.applies_to, invoices.void_on

-- A stay under the number of a booking of the same tenant is earned as that booking, once.
-- One row per booking, stay, invoice or delivery; amount is without tax and tip, gross of commission.
-- source and id name what it belongs to: a credit belongs to the invoice that it takes back.
-- A kept fee is earned on the day of the cancellation; a no-show's on the day of the start or check-in.
-- A retainer is earned over the period that its invoice names, the first and the last day included.
-- A delivery under way is spread to the end of its window, at least to tomorrow: it is not over yet.
with invoice as (
    select
        i.*,
        case when i.kind = 'credit' then -1 else 1 end * (i.amount - coalesce(i.tax, 0)) as net,
        coalesce(i.period_start, i.issued_on) as first_day,
        coalesce(i.period_end, i.period_start, i.issued_on) as last_day
    from invoices as i
    cross join period as p
    where
        i.created_at < p.as_of_end
        and i.issued_on <= p.as_of
        and (i.void_on is null or i.void_on > p.as_of)
),

delivery as (
    select
        d.*,
        cast(d.departed_at at time zone z.name as date) as first_day,
        cast((d.window_end - interval 1 microsecond) at time zone z.name as date) as planned_day,
        d.arrived_day is not null as has_arrived
    from deliveries_as_of as d
    cross join period as p
    cross join zone as z
    where d.departed_at < p.as_of_end and d.status in ('under_way', 'done')
)

select
    tenant,
    'booking' as source,
    booking_id as id,
    currency,
    price as amount,
    start_day as first_day,
    last_day
from bookings_as_of
where status in ('confirmed', 'completed')
union all
select
    tenant,
    'booking' as source,
    booking_id as id,
    currency,
    cancel_fee as amount,
    case when status = 'no_show' then start_day else coalesce(cancelled_day, start_day) end as first_day,
    case when status = 'no_show' then start_day else coalesce(cancelled_day, start_day) end as last_day
from bookings_as_of
where status in ('cancelled', 'no_show') and cancel_fee is not null
union all
select
    s.tenant,
    'stay' as source,
    s.stay_id as id,
    s.currency,
    s.rent + coalesce(s.cleaning, 0) as amount,
    s.check_in as first_day,
    greatest(s.check_in, cast(s.check_out - interval 1 day as date)) as last_day
from stays_as_of as s
left join bookings_as_of as b on s.tenant = b.tenant and s.stay_id = b.booking_id
where s.occupies and b.booking_id is null
union all
select
    s.tenant,
    'stay' as source,
    s.stay_id as id,
    s.currency,
    s.cancel_fee as amount,
    case
        when s.status = 'no_show' then s.check_in
        else coalesce(cast(s.cancelled_at at time zone z.name as date), s.check_in)
    end as first_day,
    case
        when s.status = 'no_show' then s.check_in
        else coalesce(cast(s.cancelled_at at time zone z.name as date), s.check_in)
    end as last_day
from stays_as_of as s
cross join zone as z
left join bookings_as_of as b on s.tenant = b.tenant and s.stay_id = b.booking_id
where s.status in ('cancelled', 'no_show') and s.cancel_fee is not null and b.booking_id is null
union all
select
    tenant,
    'invoice' as source,
    invoice_id as id,
    currency,
    net as amount,
    first_day,
    greatest(first_day, last_day) as last_day
from invoice
where kind = 'invoice'
union all
select
    c.tenant,
    'invoice' as source,
    coalesce(c.applies_to, c.invoice_id) as id,
    c.currency,
    c.net as amount,
    greatest(c.issued_on, coalesce(c.period_start, i.first_day, c.issued_on)) as first_day,
    greatest(c.issued_on, coalesce(c.period_end, i.last_day, c.issued_on)) as last_day
from invoice as c
left join invoice as i
    on c.tenant = i.tenant and c.applies_to = i.invoice_id and i.kind = 'invoice'
where c.kind = 'credit'
union all
select
    d.tenant,
    'delivery' as source,
    d.delivery_id as id,
    d.currency,
    d.fee as amount,
    d.first_day,
    greatest(
        d.first_day, case when d.has_arrived then d.arrived_day else greatest(d.planned_day, p.tomorrow) end
    ) as last_day
from delivery as d
cross join period as p
where d.has_arrived or d.planned_day is not null
