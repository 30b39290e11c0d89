-- title: Delivery pipeline by stage
-- inputs: yacht_deliveries
-- columns: stage: text, deliveries: count, value: money, oldest_quoted_on: day
-- kinds: yacht_delivery
-- spared: yacht_deliveries.departed_at, yacht_deliveries.arrived_at
-- needs: the deliveries with their stage and fee
-- owner: sales

-- Where they stand at the end of the as-of day. The stages that end (done, lost, aborted) are those of the
-- last 12 full months and the running one; one that doesn't say when it ended counts too.
with currencies as (
    select distinct currency
    from tenant
),

stages as (
    select
        c.currency,
        s.place,
        s.stage
    from currencies as c
    cross join (
        values (1, 'quoted'), (2, 'won'), (3, 'under_way'), (4, 'done'), (5, 'lost'), (6, 'aborted')
    ) as s (place, stage)
),

staged as (
    select
        d.delivery_id,
        d.currency,
        d.status,
        d.fee,
        d.quoted_on
    from deliveries_as_of as d
    cross join period as p
    where
        d.status in ('quoted', 'won', 'under_way')
        or coalesce(
            case when d.status = 'lost' then d.decided_on else d.ended_day end >= p.full_start_12m, true
        )
)

select
    s.currency,
    s.stage,
    cast(coalesce(sum(d.fee), 0) as bigint) as value,
    count(d.delivery_id) as deliveries,
    min(d.quoted_on) as oldest_quoted_on
from stages as s
left join staged as d on s.currency = d.currency and s.stage = d.status
group by s.currency, s.place, s.stage
order by s.currency, s.place
