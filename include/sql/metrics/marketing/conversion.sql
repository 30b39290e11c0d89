-- title: Conversion
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: bookings
-- kinds: charter, event, hauling, hotel
-- needs: the list of bookings with every inquiry, also those that came to nothing, and when each was
--   confirmed
-- formula: of the inquiries of the month to date those that were confirmed by the as-of day / all of them
--   (one cohort, so that it is never above 1); of fewer than 30 the 95 % Wilson interval is told
-- reference: common use; Wilson 1927, 95 %
-- owner: marketing
with cohort as (
    select
        count(b.booking_id) as asked,
        count(case when b.ever_confirmed then 1 end) as confirmed
    from period as p
    cross join zone as z
    left join bookings_as_of as b on p.month_start <= cast(b.created_at at time zone z.name as date)
)

select
    c.confirmed as numerator,
    c.asked as denominator,
    case
        when c.asked = 0 then 'nobody inquired in the month to date'
        when w.trials is null then c.confirmed || ' of ' || c.asked
        else
            c.confirmed || ' of ' || c.asked || '; 95 % interval ' || (w.low // 10) || '.' || (w.low % 10)
            || ' % to ' || (w.high // 10) || '.' || (w.high % 10) || ' %'
    end as because
from cohort as c
left join wilson_small as w on c.confirmed = w.successes and c.asked = w.trials
