-- title: Deliveries ahead
-- unit: count
-- better: up
-- grain: tenant, scope
-- inputs: yacht_deliveries
-- kinds: yacht_delivery
-- spared: yacht_deliveries.departed_at, yacht_deliveries.arrived_at
-- needs: the deliveries with their stage
-- formula: deliveries that stand quoted or won at the end of the as-of day and have not departed; with none
--   it is a true 0
-- reference: delivery operators
-- owner: sales
select
    p.as_of as period_start,
    p.as_of as period_end,
    count(d.delivery_id) as value
from period as p
left join deliveries_as_of as d on d.status in ('quoted', 'won')
group by p.as_of
