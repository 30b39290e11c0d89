-- title: Each dataset as its snapshot has it: how old its newest row is, and what was read of it

-- age_days: as-of day - local day on which the newest row became known; null where there is no row, or where
-- the source only knows its rows as they are now (timing state) and so doesn't date them. is_dated: its rows
-- tell that business goes on, which plans, accounts and rates (set down beforehand) do not.
select
    m.tenant,
    m.dataset,
    m.survey,
    m.as_of,
    m.rebuilt,
    m.rows_read,
    m.rows_kept,
    m.rows_quarantined,
    m.broken_files,
    m.missing,
    m.as_of < p.as_of as is_older,
    m.timing = 'events' and not m.is_reference as is_dated,
    case
        when m.timing = 'events'
            then cast(p.as_of - cast(m.newest at time zone z.name as date) as bigint)
    end as age_days,
    case when m.timing = 'events' then cast(m.newest at time zone z.name as date) end as newest_day
from manifest as m
cross join period as p
cross join zone as z
