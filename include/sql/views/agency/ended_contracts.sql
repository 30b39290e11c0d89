-- title: Contracts that have ended, and the last commit in the repository that each names
-- spared: repositories.last_commit_at

-- Signed or sent ones, whose last day has passed. is_seen: the repository is surveyed, and was looked at by
-- the end of the as-of day. has_later_work: its last commit is of a later local day than the contract's
-- last, and no other contract that names the repository was active on that day.
with ended as (
    select
        c.tenant,
        c.contract_id,
        c.client_key,
        c.repository,
        c.currency,
        c.amount,
        c.interval,
        c.stop_day,
        c.stop_why
    from contracts_as_of as c
    cross join period as p
    where c.stop_day <= p.as_of and c.status <> 'draft'
),

commits as (
    select
        r.tenant,
        r.repository,
        cast(r.last_commit_at at time zone z.name as date) as commit_day,
        coalesce(r.last_commit_at < p.as_of_end, true) as is_seen
    from repositories as r
    cross join zone as z
    cross join period as p
)

select
    e.*,
    m.commit_day,
    coalesce(m.is_seen, false) as is_seen,
    coalesce(m.is_seen and m.commit_day >= e.stop_day, false)
    and not exists (
        select 1
        from contracts_as_of as o
        where
            o.tenant = e.tenant
            and o.repository = e.repository
            and o.active_from <= m.commit_day
            and coalesce(o.stop_day > m.commit_day, true)
    ) as has_later_work
from ended as e
left join commits as m
    on e.tenant = m.tenant and e.repository = m.repository
