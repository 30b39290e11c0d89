-- title: Cost per mile by the log
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: yacht_deliveries, crew_assignments
-- kinds: yacht_delivery
-- spared: yacht_deliveries.agreed_weather_days
-- needs: the deliveries with their costs and their miles by the log, and the crew's assignments
-- formula: cost of the deliveries that ended in the month to date or are under way / miles by the log; beside
--   the planned route, which a detour does not lengthen
-- reference: delivery operators
-- owner: operations
select
    currency,
    costs_by_log as numerator,
    log_nm as denominator,
    case
        when without_log > 0 and without_log = deliveries then 'no_data'
        when log_nm = 0 then 'zero_denominator'
    end as missing,
    case
        when without_log > 0 and without_log = deliveries
            then 'no log tells the miles yet; cost ' || cost_text
        when log_nm = 0 and deliveries > 0 then 'no mile by the log is made good; cost ' || cost_text
        when log_nm = 0 then 'no delivery ended in the month to date or is under way'
        when without_log > 0 then 'without ' || without_log || ' that has no log yet'
    end as because
from delivery_cost_nm
