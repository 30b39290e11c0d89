-- title: Guests aboard and their waivers, of charters that departed in the month to date
-- spared: bookings.confirmed_at, waivers.valid_until

-- One row per booking. signed: guests whose waiver was signed by the departure and held then. late: signed
-- after it. lapsed: no longer valid at the departure. missing: aboard - signed, null where aboard is unknown
-- or there are more waivers than guests (is_overfull), so that nobody can say who of them has signed.
with departed as (
    select
        b.tenant,
        b.booking_id,
        b.start_day,
        b.starts_at,
        b.guests_aboard
    from bookings_as_of as b
    cross join period as p
    where
        b.status in ('confirmed', 'completed')
        and b.start_day >= p.month_start
        and b.starts_at < p.as_of_end
),

signatures as (
    select
        d.tenant,
        d.booking_id,
        w.guest_key,
        w.signed_at <= d.starts_at as in_time,
        coalesce(w.valid_until >= d.starts_at, true) as holds
    from departed as d
    cross join period as p
    inner join waivers as w
        on d.tenant = w.tenant and d.booking_id = w.booking_id
    where w.signed_at < p.as_of_end and w.created_at < p.as_of_end
),

counted as (
    select
        tenant,
        booking_id,
        count(distinct case when in_time and holds then guest_key end) as signed,
        count(distinct case when not in_time then guest_key end) as late,
        count(distinct case when in_time and not holds then guest_key end) as lapsed
    from signatures
    group by tenant, booking_id
)

select
    d.tenant,
    d.booking_id,
    d.start_day,
    d.guests_aboard as aboard,
    coalesce(c.signed, 0) as signed,
    coalesce(c.late, 0) as late,
    coalesce(c.lapsed, 0) as lapsed,
    coalesce(c.signed > d.guests_aboard, false) as is_overfull,
    case
        when coalesce(c.signed, 0) <= d.guests_aboard then d.guests_aboard - coalesce(c.signed, 0)
    end as missing
from departed as d
left join counted as c on d.tenant = c.tenant and d.booking_id = c.booking_id
