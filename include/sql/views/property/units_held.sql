-- title: Value and equity of the units held on the as-of day, by business and currency

-- Of the businesses that property_sum has in it. unvalued and unequitied name the units whose value or equity
-- isn't stated; what a unit cost is no value. equity: the owner's own money in it, renovations included.
-- reserve: the setting reserve_a_year, in minor units.
with held as (
    select
        a.tenant,
        a.currency,
        cast(sum(a.value) as bigint) as value,
        cast(sum(i.equity_in) as bigint) as equity,
        string_agg(a.asset_id, ', ' order by a.asset_id) filter (
            where a.value is null or a.basis = 'cost'
        ) as unvalued,
        string_agg(a.asset_id, ', ' order by a.asset_id) filter (where i.equity_in is null) as unequitied
    from assets_as_of as a
    inner join asset_inventory as i on a.tenant = i.tenant and a.asset_id = i.asset_id
    where a.kind = 'unit'
    group by a.tenant, a.currency
)

select
    y.tenant,
    y.currency,
    h.unvalued,
    h.unequitied,
    coalesce(h.value, 0) as value,
    coalesce(h.equity, 0) as equity,
    h.tenant is not null as has_units,
    case
        when y.currency = t.currency
            then cast(coalesce(cast(r.value as decimal(18, 4)), 0) * t.minor_units as bigint)
        else 0
    end as reserve
from property_year as y
inner join tenant as t on y.tenant = t.tenant
left join held as h on y.tenant = h.tenant and y.currency = h.currency
left join tenant_setting as r on y.tenant = r.tenant and r.name = 'reserve_a_year'
where y.is_in
