-- title: Billable utilisation
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: timesheets
-- kinds: agency
-- needs: timesheets with the hours worked, and which of them a client pays for
-- formula: billable hours / hours worked, month to date
-- reference: common use
-- owner: operations
select
    coalesce(sum(case when t.billable then t.hours else 0 end), 0) as numerator,
    coalesce(sum(t.hours), 0) as denominator
from period as p
left join timesheets as t
    on
        p.month_start <= t.day
        and p.as_of >= t.day
        and p.as_of_end > t.created_at
