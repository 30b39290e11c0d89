-- title: Days on which balances are taken: the as-of day, and the last 13 ends of full months

-- months_back 0 is the end of the last full month, 12 a year before it; -1 is the as-of day itself.
select
    s.months_back,
    cast(p.full_end - s.months_back * interval 1 month - interval 1 day as date) as day
from unnest(range(0, 13)) as s (months_back)
cross join period as p
union all
select
    -1 as months_back,
    as_of as day
from period
