-- title: Delivery pipeline
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: yacht_deliveries
-- kinds: yacht_delivery
-- spared: yacht_deliveries.departed_at, yacht_deliveries.arrived_at
-- needs: the deliveries with their stage and fee
-- formula: sum of the fees of deliveries that stand quoted, won or under way at the end of the as-of day; by
--   stage in the table
-- reference: delivery operators
-- owner: sales
with amounts as (
    select
        currency,
        fee,
        status
    from deliveries_as_of
    where status in ('quoted', 'won', 'under_way')
    union all
    select
        currency,
        0 as fee,
        null as status
    from tenant
)

select
    a.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(a.fee) as bigint) as value,
    count(a.status) || ' deliveries: ' || count(case when a.status = 'quoted' then 1 end) || ' quoted, '
    || count(case when a.status = 'won' then 1 end) || ' won, '
    || count(case when a.status = 'under_way' then 1 end) || ' under way' as because
from amounts as a
cross join period as p
group by a.currency, p.as_of
