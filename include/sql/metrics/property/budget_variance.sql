-- title: Over the budget, month to date
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: budgets, general_ledger, chart_of_accounts
-- needs: a budget of the running month by category of the chart of accounts, and a general ledger with that
--   chart
-- formula: what was spent in the month to date - budget of the month x days done / days of the month,
--   all categories of the businesses that have a budget for it. What was spent in a category without a budget
--   counts in full and is told
-- reference: the owner's budgets
-- owner: operations
with sums as (
    select
        m.currency,
        m.part_all,
        sum(m.actual * m.part_all - m.budget * m.part_done) as variance,
        string_agg(distinct m.category, ', ' order by m.category) filter (
            where not m.has_budget and m.actual <> 0
        ) as unbudgeted
    from budget_month as m
    inner join period as p on m.month = p.month_start
    group by m.currency, m.part_all
)

select
    s.currency,
    p.month_start as period_start,
    p.as_of as period_end,
    cast(s.variance as hugeint) as numerator,
    s.part_all as denominator,
    case when s.unbudgeted is not null then 'with categories that have no budget: ' || s.unbudgeted end
        as because
from sums as s
cross join period as p
