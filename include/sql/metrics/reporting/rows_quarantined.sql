-- title: Share of rows quarantined
-- unit: ratio
-- better: down
-- grain: tenant, scope
-- inputs: manifest
-- needs: a snapshot of a source
-- formula: rows that were read and not kept, because they are not as their dataset is declared / rows read
-- reference: ours
-- owner: operations
with read_ones as (
    select
        cast(coalesce(sum(rows_read), 0) as bigint) as rows_read,
        cast(coalesce(sum(rows_quarantined), 0) as bigint) as rows_quarantined,
        cast(coalesce(sum(broken_files), 0) as bigint) as broken_files,
        count(*) as delivered
    from dataset_state
    where missing is null
),

counted as (
    select
        r.rows_read,
        r.rows_quarantined,
        r.broken_files,
        r.delivered,
        (select count(*) from dataset_state) as snapshots
    from read_ones as r
)

select
    c.rows_quarantined as numerator,
    c.rows_read as denominator,
    p.as_of as period_start,
    p.as_of as period_end,
    case when c.delivered = 0 then 'no_data' end as missing,
    case
        when c.snapshots = 0 then 'there is no snapshot of a source'
        when c.delivered = 0 then 'no source could be read'
        when c.rows_read > 0
            then
                concat_ws(
                    ', ',
                    c.rows_quarantined || ' of ' || c.rows_read || ' rows',
                    case when c.broken_files > 0 then c.broken_files || ' unreadable files apart' end,
                    case
                        when c.delivered < c.snapshots
                            then (c.snapshots - c.delivered) || ' unread datasets apart'
                    end
                )
    end as because
from counted as c
cross join period as p
