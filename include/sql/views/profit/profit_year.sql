-- title: Revenue, costs and units of each tenant in the last full months, at most 12, of its ledger

-- first_day and ends_before bound those months; months is how many they are. fixed_cost is that of accounts
-- whose behaviour is fixed, variable_cost that of variable ones with commissions.
with span as (
    select
        h.tenant,
        h.months,
        p.full_end as ends_before,
        greatest(h.first_month, p.full_start_12m) as first_day
    from ledger_history as h
    cross join period as p
),

amounts as (
    select
        tenant,
        currency,
        0 as revenue,
        0 as expense,
        0 as fixed_cost,
        0 as variable_cost,
        0 as commission
    from tenant
    union all
    select
        r.tenant,
        r.currency,
        r.amount as revenue,
        0 as expense,
        0 as fixed_cost,
        0 as variable_cost,
        0 as commission
    from revenue_by_day as r
    inner join span as s on r.tenant = s.tenant and r.day >= s.first_day and r.day < s.ends_before
    union all
    select
        e.tenant,
        e.currency,
        0 as revenue,
        e.amount as expense,
        case when e.behaviour = 'fixed' then e.amount else 0 end as fixed_cost,
        case when e.behaviour = 'variable' then e.amount else 0 end as variable_cost,
        case when e.role = 'commission' then e.amount else 0 end as commission
    from expense_line as e
    inner join span as s on e.tenant = s.tenant and e.posted_on >= s.first_day and e.posted_on < s.ends_before
),

done as (
    select
        u.tenant,
        sum(u.units) as units
    from unit_done as u
    inner join span as s on u.tenant = s.tenant and u.day >= s.first_day and u.day < s.ends_before
    group by u.tenant
)

select
    a.tenant,
    a.currency,
    cast(sum(a.revenue) as bigint) as revenue,
    cast(sum(a.expense) as bigint) as expense,
    cast(sum(a.fixed_cost) as bigint) as fixed_cost,
    cast(sum(a.variable_cost) as bigint) as variable_cost,
    cast(sum(a.commission) as bigint) as commission,
    cast(sum(a.revenue - a.variable_cost) as bigint) as contribution,
    coalesce(max(s.months), 0) as months,
    max(s.first_day) as first_day,
    max(s.ends_before) as ends_before,
    coalesce(max(d.units), 0) as units
from amounts as a
left join span as s on a.tenant = s.tenant
left join done as d on a.tenant = d.tenant
group by a.tenant, a.currency
