-- title: Customers, with the first booking that they confirmed and kept

-- first_day: the local day on which that booking was confirmed (of its start, where that isn't known).
with ranked as (
    select
        tenant,
        customer_key,
        booking_id,
        channel,
        currency,
        coalesce(confirmed_day, start_day) as first_day,
        row_number() over (
            partition by tenant, customer_key
            order by coalesce(confirmed_day, start_day) asc, start_day asc, booking_id asc
        ) as place
    from bookings_as_of
    where ever_confirmed and status <> 'cancelled' and customer_key is not null
)

select
    tenant,
    customer_key,
    booking_id,
    channel,
    currency,
    first_day
from ranked
where place = 1
