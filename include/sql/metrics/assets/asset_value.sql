-- title: Value of assets
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: asset_inventory, bookings?, stays?
-- spared: asset_inventory.value, asset_inventory.cost
-- needs: the asset inventory with what each asset is worth or cost
-- formula: sum of the value of the assets held on the as-of day on one basis: the setting asset_basis (cost,
--   book or market), else the basis that most assets are stated on (of equal ones market, then book). What
--   is stated on another basis is not mixed in; the asset register shows it
-- reference: ours
-- owner: finance
with stated as (
    select
        currency,
        basis,
        cast(sum(value) as bigint) as amount,
        count(*) as assets
    from assets_as_of
    where value is not null
    group by currency, basis
),

w as (
    select max(case when tenant is null and name = 'asset_basis' then value end) as basis
    from setting
),

ranked as (
    select
        s.currency,
        s.basis,
        s.assets,
        s.amount,
        row_number() over (
            partition by s.currency
            order by
                case when s.basis = w.basis then 0 else 1 end,
                s.assets desc,
                case s.basis when 'market' then 1 when 'book' then 2 else 3 end
        ) as place,
        sum(s.assets) over (partition by s.currency) as all_assets
    from stated as s
    cross join w
),

unstated as (
    select
        currency,
        count(*) as assets
    from assets_as_of
    group by currency
    having count(value) = 0
)

select
    t.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    coalesce(r.amount, 0) as value,
    case when u.assets > 0 then 'no_data' end as missing,
    case
        when u.assets > 0 then 'no asset has a value or a cost'
        when r.currency is not null
            then
                'on the basis '
                || r.basis
                || ': '
                || r.assets
                || ' of '
                || r.all_assets
                || ' assets with a value'
    end as because
from (
    select currency
    from tenant
    union
    select currency
    from assets_as_of
) as t
cross join period as p
left join ranked as r on t.currency = r.currency and r.place = 1
left join unstated as u on t.currency = u.currency
