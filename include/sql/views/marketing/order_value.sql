-- title: Prices of the bookings done in the last 12 full months, in order

-- place: of the currency's prices from the lowest; places: how many they are.
select
    b.tenant,
    b.booking_id,
    b.currency,
    b.price,
    row_number() over (partition by b.currency order by b.price asc, b.tenant asc, b.booking_id asc) as place,
    count(*) over (partition by b.currency) as places
from bookings_as_of as b
cross join period as p
where b.status = 'completed' and b.last_day >= p.full_start_12m and b.last_day < p.full_end
