-- title: Nights of paying guests in the month to date, by channel and unit, with their rent

select
    s.tenant,
    s.currency,
    s.channel,
    s.unit_id as unit,
    cast(sum(s.rent) as bigint) as rent,
    count(*) as nights
from stay_nights as s
cross join period as p
where s.kind = 'guest' and s.night >= p.month_start and s.night <= p.as_of
group by s.tenant, s.currency, s.channel, s.unit_id
