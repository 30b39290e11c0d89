-- title: Idle assets
-- inputs: asset_inventory, bookings?, stays?
-- columns: tenant: text, asset_id: text, kind: text, category: text, last_used_on: day, monthly_cost: money
-- spared: asset_inventory.category, asset_inventory.monthly_cost
-- needs: the asset inventory
-- owner: operations
select
    tenant,
    asset_id,
    kind,
    category,
    last_used_on,
    currency,
    monthly_cost
from assets_as_of
where is_idle
order by coalesce(monthly_cost, 0) desc, tenant asc, asset_id asc
