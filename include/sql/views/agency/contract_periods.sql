-- title: Billing periods of contracts that were sent or signed
-- spared: invoices.period_end, invoices.void_on

-- One row per contract and period begun by the as-of day, counted from the contract's first day, so that a
-- contract that starts on the 31st is billed at the ends of the shorter months and on the 31st again.
-- period_start to before period_end; bill_day: its start, or (in arrears) the day after it. is_billed: an
-- invoice of the contract that is not void covers it. is_paused: it began during a pause.
with bounds as (
    select
        c.*,
        p.as_of,
        case c.interval
            when 'week' then date_diff('day', c.starts_on, p.as_of) // 7 + 1
            when 'once' then 1
            else date_diff('month', c.starts_on, p.as_of) + 1
        end as most_periods,
        case c.interval
            when 'quarter' then 3
            when 'year' then 12
            else 1
        end as months
    from contracts_as_of as c
    cross join period as p
    where
        c.starts_on <= p.as_of
        and (c.status in ('sent', 'signed', 'paused') or (c.status = 'ended' and c.is_signed))
),

counted as (
    select
        *,
        unnest(generate_series(1, most_periods)) as period_no
    from bounds
),

dated as (
    select
        *,
        case interval
            when 'week' then starts_on + cast(7 * (period_no - 1) as integer)
            when 'once' then starts_on
            else cast(starts_on + (period_no - 1) * months * interval 1 month as date)
        end as period_start,
        case interval
            when 'week' then starts_on + cast(7 * period_no as integer)
            when 'once' then coalesce(stop_day, starts_on + 1)
            else cast(starts_on + period_no * months * interval 1 month as date)
        end as whole_end
    from counted
),

begun as (
    select
        *,
        least(whole_end, coalesce(stop_day, whole_end)) as period_end
    from dated
    where period_start <= as_of and (stop_day is null or period_start < stop_day)
),

billed as (
    select distinct
        b.tenant,
        b.contract_id,
        b.period_no
    from begun as b
    inner join invoices as i
        on b.tenant = i.tenant and b.contract_id = i.contract_id
    where
        i.kind = 'invoice'
        and i.issued_on <= b.as_of
        and not coalesce(i.void_on <= b.as_of, false)
        and (
            (i.period_start >= b.period_start and i.period_start < b.period_end)
            or (i.period_start < b.period_start and i.period_end > b.period_start)
        )
)

select
    b.tenant,
    b.contract_id,
    b.client_key,
    b.status,
    b.is_signed,
    b.period_no,
    b.period_start,
    b.period_end,
    b.currency,
    b.amount,
    b.grace_days,
    case b.bill_in when 'advance' then b.period_start else b.period_end end as bill_day,
    case
        when b.paused_on is null then b.status = 'paused'
        else b.period_start >= b.paused_on and (b.resumed_on is null or b.period_start < b.resumed_on)
    end as is_paused,
    i.period_no is not null as is_billed
from begun as b
left join billed as i
    on b.tenant = i.tenant and b.contract_id = i.contract_id and b.period_no = i.period_no
