-- title: Cash-on-cash return
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: stays, general_ledger, chart_of_accounts, bookings?, invoices?, yacht_deliveries?, asset_inventory
-- kinds: rental, hotel
-- spared: asset_inventory.value, asset_inventory.cost
-- needs: what net operating income needs, and the owner's own money in each unit
-- formula: (net operating income - interest and principal paid - reserve of a year), last 12 full months /
--   the owner's own money in the units held on the as-of day, renovations included
-- reference: propertymathpro, cash-on-cash return
-- owner: operations
with held as (
    select
        currency,
        sum(equity) as equity,
        sum(reserve) as reserve,
        string_agg(unequitied, ', ' order by tenant) as unequitied,
        bool_or(has_units) as has_units
    from units_held
    group by currency
)

select
    s.currency,
    cast(s.noi - s.debt_service - coalesce(h.reserve, 0) * 2310 as hugeint) as numerator,
    cast(coalesce(h.equity, 0) * 2310 as hugeint) as denominator,
    s.period_start,
    s.period_end,
    case
        when s.missing is not null then s.missing
        when h.unequitied is not null or not h.has_units then 'no_data'
    end as missing,
    case
        when s.missing is not null then s.because
        when not h.has_units then 'no unit is held'
        when h.unequitied is not null then 'no equity is stated of ' || h.unequitied
        else s.because
    end as because
from property_sum as s
left join held as h on s.currency = h.currency
