-- title: Deposits to be paid back
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: payments, bookings?, invoices?, stays?, yacht_deliveries?
-- needs: bookings or invoices, and what customers paid
-- formula: for each booking that is cancelled or a no-show, received (with what was withheld) - refunded -
--   the fee kept, without tax and tip, where that is positive
-- reference: ASC 606-10-45-2
-- owner: finance
with amounts as (
    select
        currency,
        liability as amount
    from contract_balance
    where is_latest and is_off
    union all
    select
        currency,
        0 as amount
    from tenant
)

select
    a.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(a.amount) as bigint) as value
from amounts as a
cross join period as p
group by a.currency, p.as_of
