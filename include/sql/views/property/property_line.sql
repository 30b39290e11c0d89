-- title: What a property earns and what running it costs, by day
-- kept: no
-- spared: general_ledger.asset_id, general_ledger.stay_id

-- One row per part of income (rent, cleaning, fees kept, other) or line of operating cost; a cost is
-- negative. unit_id: the unit of the stay, or the asset or the stay's unit that the line names; else null.
-- Interest, principal, owners' draws, what was bought for years and its depreciation are no operating
-- costs. Vacancy is none either: what was not let was not earned.
select
    tenant,
    unit_id,
    day,
    currency,
    case when is_fee then 'fees' else 'rent' end as part,
    cast(null as varchar) as category,
    amount - cleaning as amount
from stay_income
union all
select
    tenant,
    unit_id,
    day,
    currency,
    'cleaning' as part,
    cast(null as varchar) as category,
    cleaning as amount
from stay_income
where cleaning <> 0
union all
select
    r.tenant,
    cast(null as varchar) as unit_id,
    r.day,
    r.currency,
    'other' as part,
    cast(null as varchar) as category,
    r.amount
from revenue_by_day as r
left join stays_as_of as s
    on r.tenant = s.tenant and r.id = s.stay_id and r.source in ('stay', 'booking')
where s.stay_id is null
union all
select
    e.tenant,
    coalesce(e.asset_id, s.unit_id) as unit_id,
    e.posted_on as day,
    e.currency,
    'cost' as part,
    coalesce(e.category, 'not in the chart of accounts') as category,
    -e.amount as amount
from expense_line as e
left join stays_as_of as s on e.tenant = s.tenant and e.stay_id = s.stay_id
where coalesce(e.role, 'other') not in ('interest', 'principal', 'draw', 'capex', 'depreciation')
