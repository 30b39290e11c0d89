-- title: Each property business over the last full months, at most 12, of its ledger

-- months: how many they are; first_day: of the earliest. is_in: 6 at least; noi and debt_service times
--   weight / 2310 are a year's (27720 is the least common multiple of 1 to 12), exactly.
with subject as (
    select
        tenant,
        currency
    from tenant
    union
    select
        tenant,
        currency
    from property_month
    where months_back >= 1
),

earned as (
    select
        tenant,
        currency,
        cast(sum(noi) as bigint) as noi,
        cast(sum(debt_service) as bigint) as debt_service
    from property_month
    where months_back >= 1
    group by tenant, currency
)

select
    s.tenant,
    s.currency,
    coalesce(h.months, 0) as months,
    coalesce(h.months, 0) >= 6 as is_in,
    case when coalesce(h.months, 0) >= 6 then 27720 // h.months else 0 end as weight,
    greatest(h.first_month, p.full_start_12m) as first_day,
    coalesce(e.noi, 0) as noi,
    coalesce(e.debt_service, 0) as debt_service
from subject as s
cross join period as p
left join ledger_history as h on s.tenant = h.tenant
left join earned as e on s.tenant = e.tenant and s.currency = e.currency
