-- title: Why the contribution ratio moved
-- form: ratio
-- inputs: general_ledger, chart_of_accounts, bookings | stays | invoices | yacht_deliveries
-- needs: a general ledger, a chart of accounts that tells fixed from variable costs, and what was sold
-- formula: of each business the variable costs per revenue, by category, at its share of the revenue of now;
--   the rest is mix: revenue that moved between businesses of different ratio
with months as (
    select
        *,
        27720 // greatest(months, 1) as weight
    from profit_year
    where months >= 3
)

select
    tenant,
    currency,
    'revenue' as kind,
    null as category,
    revenue * weight as amount,
    revenue * weight as quantity
from months
union all
select
    m.tenant,
    m.currency,
    'cost' as kind,
    coalesce(e.category, 'accounts not in the chart') as category,
    -sum(e.amount) * m.weight as amount,
    0 as quantity
from months as m
inner join expense_line as e
    on
        m.tenant = e.tenant
        and m.currency = e.currency
        and m.first_day <= e.posted_on
        and m.ends_before > e.posted_on
where e.behaviour = 'variable'
group by m.tenant, m.currency, m.weight, coalesce(e.category, 'accounts not in the chart')
