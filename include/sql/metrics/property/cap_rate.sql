-- title: Capitalisation rate
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: stays, general_ledger, chart_of_accounts, bookings?, invoices?, yacht_deliveries?, asset_inventory
-- kinds: rental, hotel
-- spared: asset_inventory.cost
-- needs: what net operating income needs, and the value of each unit
-- formula: net operating income of the last 12 full months / value of the units held on the as-of day; what a
--   unit cost is no value
-- reference: propertymathpro, capitalisation rate
-- owner: operations
with held as (
    select
        currency,
        sum(value) as value,
        string_agg(unvalued, ', ' order by tenant) as unvalued,
        bool_or(has_units) as has_units
    from units_held
    group by currency
)

select
    s.currency,
    s.noi as numerator,
    cast(coalesce(h.value, 0) * 2310 as hugeint) as denominator,
    s.period_start,
    s.period_end,
    case
        when s.missing is not null then s.missing
        when h.unvalued is not null or not h.has_units then 'no_data'
    end as missing,
    case
        when s.missing is not null then s.because
        when not h.has_units then 'no unit is held'
        when h.unvalued is not null then 'no value is stated of ' || h.unvalued
        else s.because
    end as because
from property_sum as s
left join held as h on s.currency = h.currency
