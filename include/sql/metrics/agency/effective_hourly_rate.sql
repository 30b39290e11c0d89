-- title: Effective hourly rate
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: timesheets
-- kinds: agency
-- needs: timesheets with the hours worked and what they are billed at
-- formula: fees of the hours worked / all hours worked, those that nobody pays for too, month to date
-- reference: common use
-- owner: operations
with worked as (
    select
        t.currency,
        t.hours,
        coalesce(t.fee, 0) as fee
    from timesheets as t
    cross join period as p
    where
        t.day >= p.month_start
        and t.day <= p.as_of
        and t.created_at < p.as_of_end
    union all
    select
        currency,
        0 as hours,
        0 as fee
    from tenant
)

select
    currency,
    cast(sum(fee) as bigint) as numerator,
    sum(hours) as denominator
from worked
group by currency
