-- title: Rent lost to cancellations
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: stays
-- kinds: rental
-- needs: the stays with their rent and when each was cancelled
-- formula: rent of the nights lost to cancellations (nights_lost) in the month to date, at the price that the
--   guest who cancelled, of several the last one, would have paid. What was kept of it is in stay_fees_kept
-- reference: Key Data, lost nights
-- owner: operations
with lost as (
    select
        l.currency,
        l.rent
    from lost_nights as l
    cross join period as p
    where l.night >= p.month_start and l.night <= p.as_of
    union all
    select
        currency,
        0 as rent
    from tenant
)

select
    currency,
    cast(sum(rent) as bigint) as value
from lost
group by currency
