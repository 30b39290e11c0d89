-- title: Waivers missing by booking, month to date
-- inputs: bookings, waivers
-- columns: tenant: text, booking_id: text, start_day: day, aboard: count, signed: count, missing: count,
--   late: count, lapsed: count, note: text
-- kinds: charter, event
-- spared: bookings.confirmed_at, waivers.valid_until
-- needs: how many guests were aboard of each booking, and the waivers with guest and day of signature
-- owner: operations

-- Bookings of which somebody has no waiver, or of which nobody can say so.
select
    tenant,
    booking_id,
    start_day,
    aboard,
    signed,
    missing,
    late,
    lapsed,
    case
        when is_overfull then 'more waivers than guests aboard'
        when aboard is null then 'not said how many were aboard'
    end as note
from waivers_aboard
where missing > 0 or missing is null
order by missing desc nulls first, start_day desc, tenant asc, booking_id asc
