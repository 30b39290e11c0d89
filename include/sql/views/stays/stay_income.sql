-- title: What stays have earned by day, rent and cleaning apart
-- spared: stays.cleaning, stays.cancel_fee

-- One row per stay and day of revenue_by_day (a stay under the number of a booking too). cleaning is the
-- same share of each day's part as of the whole stay, in whole minor units that add up to the fee; the rest
-- is rent. is_fee: what was kept of a stay that was cancelled or missed.
with earned as (
    select
        r.tenant,
        r.id as stay_id,
        s.unit_id,
        s.kind,
        r.day,
        r.currency,
        r.amount,
        not s.occupies as is_fee,
        coalesce(s.cleaning, 0) as cleaning_fee,
        s.rent + coalesce(s.cleaning, 0) as price
    from revenue_by_day as r
    inner join stays_as_of as s on r.tenant = s.tenant and r.id = s.stay_id
    where r.source in ('stay', 'booking')
),

summed as (
    select
        *,
        sum(amount) over (partition by tenant, stay_id, currency order by day) as amount_to
    from earned
),

shared as (
    select
        *,
        case when is_fee or price = 0 then 0 else amount_to * cleaning_fee // price end as cleaning_to,
        case when is_fee or price = 0 then 0 else (amount_to - amount) * cleaning_fee // price end
            as cleaning_from
    from summed
)

select
    tenant,
    stay_id,
    unit_id,
    kind,
    day,
    currency,
    is_fee,
    cast(amount as bigint) as amount,
    cast(cleaning_to - cleaning_from as bigint) as cleaning
from shared
