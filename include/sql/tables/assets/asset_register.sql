-- title: Assets by business
-- inputs: asset_inventory, bookings?, stays?
-- columns: tenant: text, assets: count, active: count, idle: count, value_market: money, value_book: money,
--   value_cost: money, monthly_cost: money, idle_cost: money
-- spared: asset_inventory.value, asset_inventory.cost, asset_inventory.monthly_cost
-- needs: the asset inventory
-- owner: finance
select
    tenant,
    currency,
    cast(sum(case when basis = 'market' then value end) as bigint) as value_market,
    cast(sum(case when basis = 'book' then value end) as bigint) as value_book,
    cast(sum(case when basis = 'cost' then value end) as bigint) as value_cost,
    cast(sum(coalesce(monthly_cost, 0)) as bigint) as monthly_cost,
    cast(sum(case when is_idle then coalesce(monthly_cost, 0) else 0 end) as bigint) as idle_cost,
    count(*) as assets,
    count(case when not is_idle then 1 end) as active,
    count(case when is_idle then 1 end) as idle
from assets_as_of
group by tenant, currency
order by tenant asc, currency asc
