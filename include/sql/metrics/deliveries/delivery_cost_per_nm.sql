-- title: Cost per nautical mile
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: yacht_deliveries, crew_assignments
-- kinds: yacht_delivery
-- spared: yacht_deliveries.agreed_weather_days, yacht_deliveries.log_nm
-- needs: the deliveries with their costs and their miles, and the crew's assignments
-- formula: cost of the deliveries that ended in the month to date or are under way / planned-route miles
--   made good: the route of one that arrived, else what the log shows of it; without miles the cost is shown
-- reference: delivery operators
-- owner: operations
select
    currency,
    costs_by_route as numerator,
    nm as denominator,
    case
        when without_nm > 0 and without_nm = deliveries then 'no_data'
        when nm = 0 then 'zero_denominator'
    end as missing,
    case
        when without_nm > 0 and without_nm = deliveries
            then 'no log tells the miles yet; cost ' || cost_text
        when nm = 0 and deliveries > 0 then 'no mile of the route is made good; cost ' || cost_text
        when nm = 0 then 'no delivery ended in the month to date or is under way'
        when without_nm > 0 then 'without ' || without_nm || ' that has no log yet'
    end as because
from delivery_cost_nm
