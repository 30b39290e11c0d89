-- title: Fixed costs of a mean month, by currency, over the last 12 full months

-- A tenant with a ledger of 3 to 11 full months counts with the mean of those; one with fewer is left out
-- and named in young. fixed_cost is times 27720 (the least common multiple of 1 to 12), so that means over
-- different numbers of months add up exactly.
with costs as (
    select
        h.tenant,
        h.months,
        e.currency,
        case when e.behaviour = 'fixed' then e.amount else 0 end as amount
    from ledger_history as h
    cross join period as p
    inner join expense_line as e
        on
            h.tenant = e.tenant
            and greatest(h.first_month, p.full_start_12m) <= e.posted_on
            and p.full_end > e.posted_on
    union all
    select
        t.tenant,
        coalesce(h.months, 0) as months,
        t.currency,
        0 as amount
    from tenant as t
    left join ledger_history as h on t.tenant = h.tenant
)

select
    currency,
    count(*) filter (where months >= 3) as tenants,
    min(months) filter (where months >= 3) as fewest_months,
    string_agg(distinct tenant, ', ' order by tenant) filter (where months < 3) as young,
    coalesce(sum(amount * (27720 // greatest(months, 1))) filter (where months >= 3), 0) as fixed_cost
from costs
group by currency
