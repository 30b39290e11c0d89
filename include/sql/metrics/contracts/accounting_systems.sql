-- title: Accounting systems in use
-- unit: count
-- better: up
-- grain: scope
-- inputs: asset_inventory, bookings?, stays?
-- needs: the asset inventory with the category of each asset
-- formula: active assets of the category accounting held on the as-of day
-- reference: ours
-- owner: finance
select
    p.as_of as period_start,
    p.as_of as period_end,
    count(a.asset_id) as value
from period as p
left join assets_as_of as a on a.state = 'active' and lower(trim(a.category)) = 'accounting'
group by p.as_of
