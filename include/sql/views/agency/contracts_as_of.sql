-- title: Contracts, as they stood at the end of the as-of day
-- spared: contracts.signed_on, contracts.ends_on, contracts.renews, contracts.ended_on,
--   contracts.ended_why, contracts.paused_on, contracts.resumed_on

-- stop_day: the first day on which it no longer runs, null for open-ended: the day after its term unless it
-- renews, or the day on which it ended, whichever comes first; stop_why: term or cancelled, as the contract
-- says, else by whether it ran to the end of its term. is_signed: by then. is_paused: on that day.
-- active_from: the later of start and signature, null where it is not signed, or ended on a day that is not
-- known. is_active: signed, begun, not over and not paused. year_amount: its fees of a year, 0 for a
-- one-off: a month's are a twelfth of it, and are rounded after they are added up.
with known as (
    select
        c.*,
        p.as_of,
        case
            when coalesce(c.renews, false) or c.ends_on is null then c.ended_on
            else least(coalesce(c.ended_on, c.ends_on + 1), c.ends_on + 1)
        end as stop_day,
        case
            when c.signed_on is not null then c.signed_on <= p.as_of
            else c.status in ('signed', 'paused')
        end as is_signed,
        case
            when c.paused_on is null then c.status = 'paused'
            else c.paused_on <= p.as_of and not coalesce(c.resumed_on <= p.as_of, false)
        end as is_paused
    from contracts as c
    cross join period as p
    where c.created_at < p.as_of_end
)

select
    tenant,
    contract_id,
    client_key,
    status,
    signed_on,
    starts_on,
    ends_on,
    renews,
    ended_on,
    ended_why,
    paused_on,
    resumed_on,
    currency,
    amount,
    interval,
    bill_in,
    grace_days,
    repository,
    stop_day,
    is_signed,
    is_paused,
    case
        when stop_day is null then null
        when stop_day = ended_on and ended_why is not null then ended_why
        when stop_day = ends_on + 1 and not coalesce(renews, false) then 'term'
        else 'cancelled'
    end as stop_why,
    case
        when is_signed and not (status = 'ended' and stop_day is null) then greatest(starts_on, signed_on)
    end as active_from,
    amount * case interval
        when 'week' then 52
        when 'month' then 12
        when 'quarter' then 4
        when 'year' then 1
        else 0
    end as year_amount,
    is_signed
    and not is_paused
    and starts_on <= as_of
    and (stop_day is null or stop_day > as_of)
    and not (status = 'ended' and stop_day is null) as is_active
from known
