-- title: What a booking costs beside the commission, by tenant: numerator / denominator, in minor units

-- The setting other_variable_cost (major units a booking) where there is one; else the ledger's variable
-- costs without commissions / bookings done, over the last full months (at most 12) of the ledger.
with done as (
    select
        b.tenant,
        count(*) as units
    from bookings_as_of as b
    cross join period as p
    inner join ledger_history as h on b.tenant = h.tenant
    where
        b.status = 'completed'
        and b.last_day >= greatest(h.first_month, p.full_start_12m)
        and b.last_day < p.full_end
    group by b.tenant
),

costs as (
    select
        e.tenant,
        e.currency,
        cast(sum(e.amount) as bigint) as amount
    from expense_line as e
    cross join period as p
    inner join ledger_history as h on e.tenant = h.tenant
    where
        e.behaviour = 'variable'
        and e.role <> 'commission'
        and e.posted_on >= greatest(h.first_month, p.full_start_12m)
        and e.posted_on < p.full_end
    group by e.tenant, e.currency
)

select
    t.tenant,
    t.currency,
    case
        when s.value is not null then cast(cast(s.value as decimal(18, 4)) * t.minor_units as bigint)
        when h.months > 0 and d.units > 0 then coalesce(c.amount, 0)
    end as numerator,
    case
        when s.value is not null then 1
        when h.months > 0 and d.units > 0 then d.units
    end as denominator,
    case
        when s.value is not null then 'setting other_variable_cost'
        when h.months > 0 and d.units > 0 then 'ledger'
    end as source
from tenant as t
left join tenant_setting as s on t.tenant = s.tenant and s.name = 'other_variable_cost'
left join ledger_history as h on t.tenant = h.tenant
left join done as d on t.tenant = d.tenant
left join costs as c on t.tenant = c.tenant and t.currency = c.currency
