-- title: Proposals, as they stood at the end of the as-of day
-- spared: proposals.sent_on, proposals.negotiating_on, proposals.decided_on

-- What was decided, sent or taken up later stands where it stood: stage. is_open: not decided by then.
-- days: from the day on which it was sent to its decision, or to the as-of day; null where one is not known.
-- is_recent: decided within the last 12 full months; null: on a day that is not known.
with known as (
    select
        r.*,
        p.as_of,
        p.full_start_12m,
        p.full_end,
        case
            when r.stage in ('won', 'lost') and not coalesce(r.decided_on > p.as_of, false) then r.stage
            when r.negotiating_on <= p.as_of or (r.stage = 'negotiating' and r.negotiating_on is null)
                then 'negotiating'
            when r.sent_on <= p.as_of or (r.stage = 'sent' and r.sent_on is null) then 'sent'
            else 'draft'
        end as stage_then
    from proposals as r
    cross join period as p
    where r.created_at < p.as_of_end
)

select
    tenant,
    proposal_id,
    client_key,
    stage_then as stage,
    currency,
    amount,
    stage_then not in ('won', 'lost') as is_open,
    case
        when stage_then not in ('won', 'lost') then false
        else decided_on >= full_start_12m and decided_on < full_end
    end as is_recent,
    case
        when stage_then in ('won', 'lost') then date_diff('day', sent_on, decided_on)
        when sent_on <= as_of then date_diff('day', sent_on, as_of)
    end as days
from known
