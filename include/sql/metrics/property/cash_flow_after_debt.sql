-- title: Cash flow after debt service
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: stays, general_ledger, chart_of_accounts, bookings?, invoices?, yacht_deliveries?, asset_inventory?
-- kinds: rental, hotel
-- spared: asset_inventory.value, asset_inventory.cost, asset_inventory.equity_in
-- needs: what net operating income needs
-- formula: net operating income of the last 12 full months - interest and principal paid in them - the
--   reserve of a year (setting reserve_a_year, default 0)
-- reference: propertymathpro, cash flow before tax
-- owner: operations
with reserved as (
    select
        currency,
        sum(reserve) as reserve
    from units_held
    group by currency
)

select
    s.currency,
    cast(s.noi - s.debt_service - coalesce(r.reserve, 0) * 2310 as hugeint) as numerator,
    2310 as denominator,
    s.period_start,
    s.period_end,
    s.missing,
    s.because
from property_sum as s
left join reserved as r on s.currency = r.currency
