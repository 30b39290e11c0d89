-- title: Expenses against budget by category
-- inputs: budgets, general_ledger, chart_of_accounts
-- columns: tenant: text, category: text, has_budget: boolean, actual: money, budget: money, variance: money,
--   month_actual: money, month_budget: money, month_variance: money, year_actual: money, year_budget: money,
--   year_variance: money
-- needs: a budget by category of the chart of accounts, and a general ledger with that chart
-- owner: operations

-- actual, budget (the part of the month that is over) and variance: month to date; month_: the last full
-- month; year_: the months with a budget among the last 12 full ones. The variances add up to the metrics
-- budget_variance and budget_variance_month. has_budget false: no budget in any of these months.
with sums as (
    select
        m.tenant,
        m.category,
        m.currency,
        bool_or(m.has_budget) as has_budget,
        sum(case when m.month = p.month_start then m.actual else 0 end) as actual,
        sum(case when m.month = p.month_start then m.budget * p.days_done else 0 end) as budget_days,
        sum(case when m.month = p.full_start then m.actual else 0 end) as month_actual,
        sum(case when m.month = p.full_start then m.budget else 0 end) as month_budget,
        sum(case when m.months_back >= 1 then m.actual else 0 end) as year_actual,
        sum(case when m.months_back >= 1 then m.budget else 0 end) as year_budget
    from budget_month as m
    cross join period as p
    group by m.tenant, m.category, m.currency
)

select
    s.tenant,
    s.category,
    s.currency,
    s.has_budget,
    s.actual,
    s.budget_days as budget_numerator,
    p.days_in_month as budget_denominator,
    p.days_in_month as variance_denominator,
    s.month_actual,
    s.month_budget,
    s.year_actual,
    s.year_budget,
    s.actual * p.days_in_month - s.budget_days as variance_numerator,
    s.month_actual - s.month_budget as month_variance,
    s.year_actual - s.year_budget as year_variance
from sums as s
cross join period as p
order by s.tenant asc, s.currency asc, s.has_budget desc, s.category asc
