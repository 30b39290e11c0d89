-- title: What each crew assignment earns and was paid by the end of the as-of day
-- spared: crew_assignments.paid_on, crew_assignments.share_paid, crew_assignments.share_paid_on

-- start_day, last_day: local days touched. paid, share_paid: 0 until the day on which they were paid.
-- unpaid: pay that is due by the as-of day and was not paid by then. share_owed: the agreed share of
-- share_base, rounded half away from zero, less what was paid of it, once the duty is over. cost_to_date:
-- pay by the days of the duty up to the as-of day (rounded half away from zero), and the share once it is
-- over.
with known as (
    select
        c.*,
        p.as_of,
        cast(c.starts_at at time zone z.name as date) as start_day,
        cast(greatest(c.starts_at, c.ends_at - interval 1 microsecond) at time zone z.name as date)
            as last_day,
        c.ends_at <= p.as_of_end as is_over,
        c.pay_due_on <= p.as_of as is_due,
        c.starts_at < p.as_of_end as has_begun,
        case
            when coalesce(c.paid_on <= p.as_of, true) then coalesce(c.paid, 0)
            else 0
        end as paid_by_then,
        case
            when coalesce(c.share_paid_on <= p.as_of, true) then coalesce(c.share_paid, 0)
            else 0
        end as share_paid_by_then,
        coalesce(
            cast(
                round(cast(c.share as decimal(12, 9)) * cast(c.share_base as decimal(18, 0)), 0) as bigint
            ),
            0
        ) as share_earned
    from crew_assignments as c
    cross join period as p
    cross join zone as z
    where c.created_at < p.as_of_end
),

dated as (
    select
        *,
        date_diff('day', start_day, last_day) + 1 as day_count,
        case
            when has_begun then date_diff('day', start_day, least(last_day, as_of)) + 1
            else 0
        end as days_done
    from known
)

select
    tenant,
    assignment_id,
    crew_key,
    role,
    booking_id,
    delivery_id,
    starts_at,
    ends_at,
    start_day,
    last_day,
    is_over,
    hours,
    currency,
    pay_due,
    pay_due_on,
    paid_by_then as paid,
    share,
    share_base,
    share_paid_by_then as share_paid,
    source_key,
    day_count,
    cast(
        sign(pay_due) * ((2 * abs(pay_due) * days_done + day_count) // (2 * day_count))
        + case when is_over then share_earned else 0 end
        as bigint
    ) as cost_to_date,
    case when is_due then greatest(pay_due - paid_by_then, 0) else 0 end as unpaid,
    case when is_over then greatest(share_earned - share_paid_by_then, 0) else 0 end as share_owed
from dated
