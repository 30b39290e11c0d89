-- title: Revenue of the month to date, by what was sold and where it came from

-- What is counted (noun): units of the tenant by the share of their days that is done, guest nights,
-- invoices and deliveries likewise. Fees kept and credits are amounts alone: their quantity is null.
with earned as (
    select
        r.tenant,
        r.source,
        r.id,
        r.currency,
        r.days,
        cast(sum(r.amount) as bigint) as amount,
        r.whole < 0 as is_credit,
        count(*) as days_done
    from revenue_by_day as r
    cross join period as p
    where r.day >= p.month_start
    group by r.tenant, r.source, r.id, r.currency, r.days, r.whole < 0
),

told as (
    select
        e.tenant,
        e.currency,
        e.days,
        e.days_done,
        e.amount,
        coalesce(b.channel, s.channel) as channel,
        case
            when coalesce(b.status, s.status) in ('cancelled', 'no_show') then 'fee'
            when e.source = 'invoice' and e.is_credit then 'credit'
            else e.source
        end as kind,
        case e.source when 'booking' then t.unit when 'stay' then 'night' else e.source end as counted
    from earned as e
    inner join tenant as t on e.tenant = t.tenant
    left join bookings_as_of as b on e.source = 'booking' and e.tenant = b.tenant and e.id = b.booking_id
    left join stays_as_of as s on e.source = 'stay' and e.tenant = s.tenant and e.id = s.stay_id
)

select
    tenant,
    currency,
    kind,
    channel,
    cast(sum(amount) as bigint) as amount,
    case when kind not in ('fee', 'credit') then counted end as noun,
    case when kind not in ('fee', 'credit') then cast(sum(days_done) as bigint) end as quantity_numerator,
    case when kind = 'stay' then 1 else days end as quantity_denominator
from told
group by tenant, currency, kind, channel, counted, case when kind = 'stay' then 1 else days end
