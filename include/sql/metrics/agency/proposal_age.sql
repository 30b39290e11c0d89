-- title: Age of open proposals
-- unit: days
-- better: down
-- grain: tenant, scope
-- inputs: proposals
-- kinds: agency
-- needs: the proposals with stage and the day on which each was sent
-- formula: median (nearest rank: the lower of the two in the middle) of the days since they were sent, of the
--   proposals that are sent and not decided
-- reference: pipeline management
-- owner: sales
with ranked as (
    select
        days,
        row_number() over (order by days) as place,
        count(*) over () as places
    from proposals_as_of
    where is_open and days is not null
),

middle as (
    select min(days) as days
    from ranked
    where 2 * place >= places and 2 * place <= places + 1
),

counts as (
    select
        count(case when is_open and stage <> 'draft' then 1 end) as sent,
        count(case when is_open and stage <> 'draft' and days is not null then 1 end) as dated
    from proposals_as_of
)

select
    p.as_of as period_start,
    p.as_of as period_end,
    m.days as value,
    case
        when c.dated > 0 then null
        when c.sent > 0 then 'no_data'
        else 'zero_denominator'
    end as missing,
    case
        when c.dated > 0 then null
        when c.sent > 0 then 'no open proposal says when it was sent'
        else 'no proposal is out'
    end as because
from middle as m
cross join counts as c
cross join period as p
