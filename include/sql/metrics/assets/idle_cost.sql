-- title: Monthly cost of idle assets
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: asset_inventory, bookings?, stays?
-- needs: the asset inventory with the monthly cost and state of each asset
-- formula: sum of the monthly cost of the assets held on the as-of day that are marked idle, or that
--   bookings or stays used to name and have not for 90 days
-- reference: ours
-- owner: operations
with amounts as (
    select
        currency,
        coalesce(monthly_cost, 0) as amount
    from assets_as_of
    where is_idle
    union all
    select
        currency,
        0 as amount
    from tenant
)

select
    a.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(a.amount) as bigint) as value
from amounts as a
cross join period as p
group by a.currency, p.as_of
