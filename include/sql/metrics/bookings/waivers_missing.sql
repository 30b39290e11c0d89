-- title: Guests aboard without a waiver
-- unit: count
-- better: down
-- grain: tenant, scope
-- inputs: bookings, waivers
-- kinds: charter, event
-- spared: bookings.confirmed_at, waivers.valid_until
-- needs: how many guests were aboard of each booking, and the waivers with guest and day of signature
-- formula: guests aboard less those whose waiver was signed by the departure and valid then, of bookings that
--   departed in the month to date
-- reference: the operator's duty of care
-- owner: operations
with sums as (
    select
        cast(coalesce(sum(missing), 0) as bigint) as unsigned,
        count(*) as bookings,
        count(aboard) as told,
        min(case when is_overfull then booking_id end) as overfull
    from waivers_aboard
)

select
    unsigned as value,
    case
        when overfull is not null then 'quality'
        when bookings > 0 and told = 0 then 'no_data'
    end as missing,
    case
        when overfull is not null then overfull || ' has more waivers than guests aboard'
        when bookings > 0 and told = 0 then 'no booking says how many guests were aboard'
        when bookings > told then 'without ' || (bookings - told) || ' that do not say how many were aboard'
    end as because
from sums
