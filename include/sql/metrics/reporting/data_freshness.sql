-- title: Age of the newest row
-- unit: days
-- better: down
-- grain: tenant, scope
-- inputs: manifest
-- needs: a source whose rows say when they became known
-- formula: as-of day - local day on which the newest row of the business became known, in any of its
--   datasets that date their rows, without plans, accounts and rates; of several businesses the one whose
--   newest row is the oldest
-- reference: ours
-- owner: operations
with businesses as (
    select
        tenant,
        min(age_days) as age_days,
        count(case when missing is null then 1 end) as delivered,
        count(case when missing is not null then 1 end) as lacking
    from dataset_state
    where is_dated
    group by tenant
),

placed as (
    select
        *,
        row_number() over (order by age_days desc nulls last, tenant asc) as place
    from businesses
),

-- A business none of whose sources was read is unknown, and so is the oldest of all.
whole as (
    select
        max(age_days) as age_days,
        count(*) as businesses,
        count(case when delivered > 0 then 1 end) as delivered,
        count(age_days) as dated,
        coalesce(sum(lacking), 0) as lacking,
        min(case when place = 1 then tenant end) as oldest,
        min(case when delivered = 0 then tenant end) as unread
    from placed
)

select
    w.age_days as value,
    p.as_of as period_start,
    p.as_of as period_end,
    case
        when w.delivered < w.businesses or w.businesses = 0 then 'no_data'
        when w.dated = 0 then 'no_history'
    end as missing,
    case
        when w.businesses = 0 then 'no source says when its rows became known'
        when w.delivered < w.businesses then 'no dated source of ' || w.unread || ' could be read'
        when w.dated = 0 then 'no row was ever recorded'
        when w.lacking > 0 then w.lacking || ' of the dated sources could not be read'
        when w.businesses > 1 then 'the newest row of ' || w.oldest
    end as because
from whole as w
cross join period as p
