-- title: Mail on time
-- unit: ratio
-- better: up
-- grain: scope
-- inputs: mail
-- needs: an edition that was due
-- formula: deliveries (recipient x edition) that reached the recipient's server by the due time of their
--   report / deliveries due this month, by the local day of the due time, without those that were held or
--   called off; where no arrival is told, taken by SES in time
-- reference: ours
-- owner: operations
with due as (
    select
        m.state,
        m.due_at,
        m.delivered_at,
        coalesce(m.delivered_at, case when m.state = 'accepted' then m.accepted_at end) as arrived_at,
        m.state in ('held', 'suppressed', 'cancelled') as is_apart
    from mail as m
    cross join period as p
    cross join zone as z
    where
        cast(m.due_at at time zone z.name as date) >= p.month_start
        and m.due_at < p.as_of_end
),

counted as (
    select
        count(case when not is_apart then 1 end) as due,
        count(case when not is_apart and state <> 'bounced' and arrived_at <= due_at then 1 end) as on_time,
        count(case when not is_apart and state = 'accepted' and delivered_at is null then 1 end) as taken,
        count(case when state = 'held' then 1 end) as held,
        count(case when state in ('suppressed', 'cancelled') then 1 end) as called_off
    from due
)

select
    on_time as numerator,
    due as denominator,
    case when due = 0 then 'no_history' end as missing,
    concat_ws(
        ', ',
        case when due = 0 then 'no mail was due yet this month' else on_time || ' of ' || due end,
        case when taken > 0 then taken || ' known to be taken by SES only' end,
        case when held > 0 then held || ' held apart' end,
        case when called_off > 0 then called_off || ' called off apart' end
    ) as because
from counted
