-- title: When each tenant's ledger begins: the month after its opening, else that of its first line

-- A month after the opening entry in which nothing was posted is a month of 0, not one that isn't known.
-- An opening on a month's last day is the end of that month, so the history begins with the next.
-- months: full months from then on, at most 12.
with first_day as (
    select
        tenant,
        least(
            min(posted_on) filter (where not is_opening),
            cast(min(posted_on) filter (where is_opening) + interval 1 day as date)
        ) as day
    from ledger_day
    group by tenant
    having count(*) filter (where not is_opening) > 0
)

select
    f.tenant,
    cast(date_trunc('month', f.day) as date) as first_month,
    greatest(least(date_diff('month', date_trunc('month', f.day), p.full_end), 12), 0) as months
from first_day as f
cross join period as p
