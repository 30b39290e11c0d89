-- title: Lead time
-- unit: days
-- better: neither
-- grain: tenant, scope
-- inputs: bookings
-- kinds: charter, event, hauling, hotel
-- needs: when each booking was confirmed
-- formula: median (nearest rank: the lower of the two in the middle) of the local days from confirmation to
--   start, of bookings ever confirmed that start in the month to date
-- reference: revenue management
-- owner: sales
with leads as (
    select
        b.confirmed_day,
        date_diff('day', b.confirmed_day, b.start_day) as days_ahead
    from bookings_as_of as b
    cross join period as p
    where
        b.ever_confirmed
        and b.start_day >= p.month_start
        and b.start_day <= p.as_of
),

ranked as (
    select
        days_ahead,
        row_number() over (order by days_ahead) as place,
        count(*) over () as places
    from leads
    where confirmed_day is not null
),

middle as (
    select min(days_ahead) as days_ahead
    from ranked
    where 2 * place >= places and 2 * place <= places + 1
),

counts as (
    select
        count(*) as started,
        count(confirmed_day) as dated
    from leads
)

select
    middle.days_ahead as value,
    case
        when counts.dated > 0 then null
        when counts.started > 0 then 'no_data'
        else 'zero_denominator'
    end as missing,
    case
        when counts.dated > 0 then null
        when counts.started > 0 then 'no booking says when it was confirmed'
        else 'no booking started in the month to date'
    end as because
from middle
cross join counts
