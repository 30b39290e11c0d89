-- title: Fees kept of stays that did not come
-- unit: money
-- better: neither
-- grain: tenant, scope
-- inputs: stays, bookings?, invoices?, yacht_deliveries?
-- kinds: rental, hotel
-- needs: the stays with the fee kept of each
-- formula: fees kept of cancelled stays (on the day of the cancellation) and of no-shows (on the day of
--   arrival) in the month to date; they are income, and no part of ADR or RevPAR
-- reference: ASC 606-10-55-46
-- owner: operations
with kept as (
    select
        i.currency,
        i.amount
    from stay_income as i
    cross join period as p
    where i.is_fee and i.day >= p.month_start
    union all
    select
        currency,
        0 as amount
    from tenant
)

select
    currency,
    cast(sum(amount) as bigint) as value
from kept
group by currency
