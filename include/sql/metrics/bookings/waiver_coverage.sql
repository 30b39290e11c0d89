-- title: Waiver coverage
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: bookings, waivers
-- kinds: charter, event
-- spared: bookings.confirmed_at, waivers.valid_until
-- needs: how many guests were aboard of each booking, and the waivers with guest and day of signature
-- formula: guests with a waiver that was signed by the departure and valid then / guests aboard, of bookings
--   that departed in the month to date. More waivers than guests aboard of one booking: quality. A booking
--   that doesn't say how many were aboard is out, and counted
-- reference: the operator's duty of care
-- owner: operations
with sums as (
    select
        cast(coalesce(sum(aboard), 0) as bigint) as aboard,
        cast(coalesce(sum(case when aboard is not null then signed end), 0) as bigint) as signed,
        count(*) as bookings,
        count(aboard) as told,
        min(case when is_overfull then booking_id end) as overfull
    from waivers_aboard
)

select
    signed as numerator,
    aboard as denominator,
    case
        when overfull is not null then 'quality'
        when bookings > 0 and told = 0 then 'no_data'
    end as missing,
    case
        when overfull is not null then overfull || ' has more waivers than guests aboard'
        when bookings > 0 and told = 0 then 'no booking says how many guests were aboard'
        when aboard = 0 then 'nobody was aboard in the month to date'
        when bookings > told then 'without ' || (bookings - told) || ' that do not say how many were aboard'
    end as because
from sums
