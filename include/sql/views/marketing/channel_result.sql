-- title: Inquiries of the last 12 full months by channel, and what became of them

-- One cohort: leads are the inquiries, bookings those of them that were ever confirmed, sold those that were
-- not cancelled; revenue and commission are of the sold ones.
with cohort as (
    select
        b.tenant,
        b.channel,
        b.currency,
        b.price,
        b.commission,
        b.ever_confirmed,
        b.ever_confirmed and b.status <> 'cancelled' as is_sold
    from bookings_as_of as b
    cross join period as p
    cross join zone as z
    where
        cast(b.created_at at time zone z.name as date) >= p.full_start_12m
        and cast(b.created_at at time zone z.name as date) < p.full_end
)

select
    tenant,
    channel,
    currency,
    cast(coalesce(sum(case when is_sold then price end), 0) as bigint) as revenue,
    cast(coalesce(sum(case when is_sold then commission end), 0) as bigint) as commission,
    count(*) as leads,
    count(case when ever_confirmed then 1 end) as bookings,
    count(case when is_sold then 1 end) as sold
from cohort
group by tenant, channel, currency
