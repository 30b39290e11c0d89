-- title: Spent beyond quotes
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: yacht_deliveries, crew_assignments
-- kinds: yacht_delivery
-- spared: yacht_deliveries.agreed_weather_days
-- needs: the cost that each quote rested on, beside what the delivery cost
-- formula: sum of cost - quoted cost where it is above 0, of the deliveries that arrived in the month to date
--   and of those under way (to date); one below its quote does not make good for one above
-- reference: delivery operators
-- owner: operations
select
    currency,
    overrun as value,
    case
        when mixed_or_open > 0 or (quoted_or_open = 0 and unquoted_or_open > 0) then 'no_data'
    end as missing,
    case
        when mixed_or_open > 0
            then 'costs in another currency than the quote: ' || mixed_or_open || ' of the deliveries'
        when quoted_or_open = 0 and unquoted_or_open > 0 then 'no delivery says what was quoted'
        when unquoted_or_open > 0 then 'without ' || unquoted_or_open || ' that had no quoted cost'
    end as because
from quote_result
