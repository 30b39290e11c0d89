-- title: How recurring fees moved in each of the last months, in fees of a year

-- A row per currency and month. started + began + expanded - contracted - lost = ended. began: of clients who
-- were none at the start; expanded and contracted: of those who stayed, a pause and its end too; lost: of
-- those who left, whether they cancelled or their term ended.
with moved as (
    select
        currency,
        month,
        start_year as started,
        end_year as ended,
        case when not was_client then end_year else 0 end as began,
        case when was_client and is_client then greatest(end_year - start_year, 0) else 0 end as expanded,
        case when was_client and is_client then greatest(start_year - end_year, 0) else 0 end as contracted,
        case when was_client and not is_client then start_year else 0 end as lost
    from client_month
    union all
    select distinct
        t.currency,
        s.month,
        0 as started,
        0 as ended,
        0 as began,
        0 as expanded,
        0 as contracted,
        0 as lost
    from tenant as t
    cross join month_spine as s
    where s.months_back <= 12
)

select
    currency,
    month,
    cast(sum(started) as bigint) as started,
    cast(sum(ended) as bigint) as ended,
    cast(sum(began) as bigint) as began,
    cast(sum(expanded) as bigint) as expanded,
    cast(sum(contracted) as bigint) as contracted,
    cast(sum(lost) as bigint) as lost
from moved
group by currency, month
