-- title: Break-even by business
-- inputs: general_ledger, chart_of_accounts, bookings | stays | invoices | yacht_deliveries
-- columns: tenant: text, title: text, lead: boolean, unit: text, currency: text, fixed_costs: money,
--   contribution_per_unit: money, units_needed: units, units_done: units, progress: ratio,
--   revenue_needed: money, missing: text, because: text
-- needs: a general ledger, a chart of accounts that tells fixed from variable costs, and what was sold
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
    t.tenant,
    t.title,
    t.lead,
    t.unit,
    b.currency,
    b.fixed_cost as fixed_costs_numerator,
    b.months as fixed_costs_denominator,
    b.denominator as contribution_per_unit_denominator,
    b.units_needed,
    cast(coalesce(d.units, 0) as bigint) as units_done,
    b.units_needed as progress_denominator,
    b.missing,
    b.because,
    case when b.denominator > 0 then b.numerator end as contribution_per_unit_numerator,
    coalesce(d.units, 0) as progress_numerator,
    case when y.contribution > 0 then b.fixed_cost * y.revenue end as revenue_needed_numerator,
    b.months * y.contribution as revenue_needed_denominator
from break_even_unit as b
inner join tenant as t on b.tenant = t.tenant
inner join profit_year as y on b.tenant = y.tenant and b.currency = y.currency
left join done as d on b.tenant = d.tenant
order by t.lead desc, t.tenant asc, b.currency asc
