-- title: Break-even, reached this month
-- unit: ratio
-- better: up
-- grain: tenant
-- inputs: general_ledger, chart_of_accounts, bookings | stays | invoices | yacht_deliveries
-- needs: a general ledger, a chart of accounts that tells fixed from variable costs, and what was sold
-- formula: units done in the month to date / break_even_units
-- reference: cost-volume-profit analysis
-- owner: finance
with done as (
    select
        u.tenant,
        sum(u.units) as units
    from unit_done as u
    cross join period as p
    where u.day >= p.month_start
    group by u.tenant
)

select
    b.currency,
    b.units_needed as denominator,
    b.missing,
    coalesce(d.units, 0) as numerator,
    case when b.units_needed = 0 then 'no unit is needed' else b.because end as because
from break_even_unit as b
left join done as d on b.tenant = d.tenant
