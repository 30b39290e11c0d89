-- title: Hours of duty of each assignment, in the month to date

-- In thousandths of an hour. The hours of an assignment over several local days are spread evenly over them,
-- so that those of days to come, and of days before the month, are none.
with spread as (
    select
        c.tenant,
        c.crew_key,
        c.role,
        c.day_count,
        cast(round(c.hours * 1000, 0) as bigint)
        * (date_diff('day', greatest(c.start_day, p.month_start), least(c.last_day, p.as_of)) + 1)
            as hours_days
    from crew_pay as c
    cross join period as p
    where c.last_day >= p.month_start and c.start_day <= p.as_of
)

select
    tenant,
    crew_key,
    role,
    cast((hours_days - hours_days % day_count) // day_count as bigint) as assigned
from spread
