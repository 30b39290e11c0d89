-- title: Net rate
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: bookings
-- kinds: charter, event, hauling
-- spared: bookings.confirmed_at
-- needs: the bookings with price and the commission that the agency keeps
-- formula: (prices - commissions) / bookings done, of those whose last day lies in the month to date
-- reference: common use
-- owner: marketing
with sold as (
    select
        b.currency,
        b.price - coalesce(b.commission, 0) as kept,
        1 as units
    from bookings_as_of as b
    cross join period as p
    where b.status = 'completed' and b.last_day >= p.month_start
    union all
    select
        currency,
        0 as kept,
        0 as units
    from tenant
)

select
    currency,
    cast(sum(kept) as bigint) as numerator,
    cast(sum(units) as bigint) as denominator,
    case when sum(units) = 0 then 'no booking was done in the month to date' end as because
from sold
group by currency
