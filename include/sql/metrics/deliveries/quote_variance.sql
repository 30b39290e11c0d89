-- title: Cost above quote
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: yacht_deliveries, crew_assignments
-- kinds: yacht_delivery
-- spared: yacht_deliveries.agreed_weather_days
-- needs: the cost that each quote rested on, beside what the delivery cost
-- formula: cost - quoted cost of the deliveries that arrived in the month to date, negative where they cost
--   less; one without a quoted cost is out, and counted
-- reference: delivery operators
-- owner: operations
select
    currency,
    variance as value,
    case when mixed > 0 or (quoted = 0 and unquoted > 0) then 'no_data' end as missing,
    case
        when mixed > 0 then 'costs in another currency than the quote: ' || mixed || ' of the deliveries'
        when quoted = 0 and unquoted > 0 then 'no delivery that arrived says what was quoted'
        when unquoted > 0 then 'without ' || unquoted || ' that had no quoted cost'
    end as because
from quote_result
