-- title: Datasets with their newest row and what was read of them
-- inputs: manifest
-- columns: tenant: text, dataset: text, newest_day: day, age: days, rows_read: count, rows_kept: count,
--   rows_quarantined: count, quarantined: ratio, rebuilt: boolean, because: text
-- needs: a snapshot of a source
-- owner: operations

-- The stalest first; what says no day comes last. Parts of one dataset (of several surveys) are added up.
with parts as (
    select
        tenant,
        dataset,
        cast(sum(rows_read) as bigint) as rows_read,
        cast(sum(rows_kept) as bigint) as rows_kept,
        cast(sum(rows_quarantined) as bigint) as rows_quarantined,
        max(newest_day) as newest_day,
        min(age_days) as age,
        bool_or(rebuilt) as rebuilt,
        min(missing) as why_missing,
        min(case when is_older then as_of end) as older_day
    from dataset_state
    group by tenant, dataset
)

select
    tenant,
    dataset,
    newest_day,
    age,
    rebuilt,
    rows_read,
    rows_kept,
    rows_quarantined,
    rows_quarantined as quarantined_numerator,
    rows_read as quarantined_denominator,
    coalesce(why_missing, 'as of ' || older_day) as because
from parts
order by age desc nulls last, tenant asc, dataset asc
