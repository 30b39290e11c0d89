-- title: The last 36 full months, and the running one if it is not full yet

-- months_back counts full months: 1 is the last full one; 0 is the running month, up to the as-of day.
-- ends_before is the first day that no longer belongs to it.
select
    s.months_back,
    cast(p.full_end - s.months_back * interval 1 month as date) as month,
    cast(p.full_end - (s.months_back - 1) * interval 1 month as date) as ends_before,
    true as is_full
from unnest(range(1, 37)) as s (months_back)
cross join period as p
union all
select
    0 as months_back,
    month_start as month,
    tomorrow as ends_before,
    false as is_full
from period
where tomorrow > full_end
