-- title: Renovations that are done, with what they cost and what they brought

-- One row per done project on a unit. Its first 12 full months after the work (months: those that are over)
-- are held against the same calendar months of the 12 before the month in which the work began. A year's
-- gain is (noi_after - noi_before) x 12 / months. rent_lost: nights blocked for the project x the unit's
-- mean rent a guest night in the 12 months before. Where a business has several units, only what names the
-- unit counts (has_shared: it has costs that name none).
with unit as (
    select
        tenant,
        asset_id as unit_id,
        count(*) over (partition by tenant) as units
    from asset_inventory
    where kind = 'unit'
),

work as (
    select
        j.tenant,
        j.project_id,
        j.title,
        u.unit_id,
        u.units,
        j.currency,
        j.cost,
        j.done_on,
        cast(date_trunc('month', coalesce(j.started_on, j.done_on)) as date) as before_ends,
        cast(date_trunc('month', j.done_on) + interval 1 month as date) as after_starts,
        coalesce(j.started_on, j.done_on) as started_on
    from projects as j
    cross join period as p
    inner join unit as u on j.tenant = u.tenant and j.asset_id = u.unit_id
    where j.state = 'done' and j.done_on <= p.as_of and j.created_at < p.as_of_end
),

after_month as (
    select
        w.tenant,
        w.project_id,
        cast(w.after_starts + s.month_no * interval 1 month as date) as month,
        date_diff('month', w.before_ends, w.after_starts) + s.month_no as distance
    from work as w
    cross join period as p
    cross join unnest(range(0, 12)) as s (month_no)
    where cast(w.after_starts + (s.month_no + 1) * interval 1 month as date) <= p.full_end
),

month_pair as (
    select
        a.tenant,
        a.project_id,
        a.month as after_month,
        cast(a.month - (a.distance + 12) // 12 * interval 12 month as date) as before_month
    from after_month as a
),

known_pair as (
    select m.*
    from month_pair as m
    inner join ledger_history as h on m.tenant = h.tenant and m.before_month >= h.first_month
),

line_month as (
    select
        tenant,
        currency,
        unit_id,
        cast(date_trunc('month', day) as date) as month,
        sum(amount) as noi
    from property_line
    group by tenant, currency, unit_id, date_trunc('month', day)
),

unit_month as (
    select
        l.tenant,
        l.currency,
        l.month,
        u.unit_id,
        sum(l.noi) as noi
    from line_month as l
    inner join unit as u on l.tenant = u.tenant and (u.units = 1 or l.unit_id = u.unit_id)
    group by l.tenant, l.currency, l.month, u.unit_id
),

compared as (
    select
        k.tenant,
        k.project_id,
        cast(max(k.after_month) + interval 1 month - interval 1 day as date) as after_last,
        cast(coalesce(sum(a.noi), 0) as bigint) as noi_after,
        cast(coalesce(sum(b.noi), 0) as bigint) as noi_before,
        count(*) as months,
        min(k.after_month) as after_first
    from known_pair as k
    inner join work as w on k.tenant = w.tenant and k.project_id = w.project_id
    left join unit_month as a
        on
            k.tenant = a.tenant
            and w.unit_id = a.unit_id
            and k.after_month = a.month
            and w.currency = a.currency
    left join unit_month as b
        on
            k.tenant = b.tenant
            and w.unit_id = b.unit_id
            and k.before_month = b.month
            and w.currency = b.currency
    group by k.tenant, k.project_id
),

elapsed as (
    select
        tenant,
        project_id,
        count(*) as months_over
    from after_month
    group by tenant, project_id
),

shared_cost as (
    select distinct tenant
    from property_line
    where part = 'cost' and unit_id is null
),

block_spread as (
    select
        tenant,
        project_id,
        asset_id,
        "from" as first_night,
        unnest(generate_series(1, date_diff('day', "from", "to"))) as night_no
    from asset_blocks
    where project_id is not null and "from" < "to"
),

block_night as (
    select distinct
        tenant,
        project_id,
        asset_id,
        cast(first_night + cast(night_no - 1 as integer) as date) as night
    from block_spread
),

blocked as (
    select
        w.tenant,
        w.project_id,
        count(*) as nights
    from work as w
    cross join period as p
    inner join block_night as b
        on
            w.tenant = b.tenant
            and w.project_id = b.project_id
            and w.unit_id = b.asset_id
            and p.as_of >= b.night
    group by w.tenant, w.project_id
),

rate as (
    select
        w.tenant,
        w.project_id,
        cast(sum(n.rent) as bigint) as rent,
        count(*) as nights
    from work as w
    inner join stay_nights as n
        on
            w.tenant = n.tenant
            and w.unit_id = n.unit_id
            and w.currency = n.currency
            and w.before_ends > n.night
            and w.before_ends - interval 12 month <= n.night
    where n.kind = 'guest'
    group by w.tenant, w.project_id
),

valued as (
    select
        w.*,
        c.after_first,
        c.after_last,
        c.noi_after,
        c.noi_before,
        coalesce(c.months, 0) as months,
        coalesce(e.months_over, 0) as months_over,
        w.units > 1 and s.tenant is not null as has_shared,
        coalesce(b.nights, 0) as nights_blocked,
        case
            when coalesce(b.nights, 0) = 0 then 0
            when r.nights > 0 then (2 * b.nights * r.rent + r.nights) // (2 * r.nights)
        end as rent_lost
    from work as w
    left join compared as c on w.tenant = c.tenant and w.project_id = c.project_id
    left join elapsed as e on w.tenant = e.tenant and w.project_id = e.project_id
    left join blocked as b on w.tenant = b.tenant and w.project_id = b.project_id
    left join rate as r on w.tenant = r.tenant and w.project_id = r.project_id
    left join shared_cost as s on w.tenant = s.tenant
)

select
    tenant,
    project_id,
    title,
    unit_id,
    currency,
    cost,
    started_on,
    done_on,
    months,
    after_first,
    after_last,
    noi_before,
    noi_after,
    has_shared,
    nights_blocked,
    cast(rent_lost as bigint) as rent_lost,
    months_over < 12 as is_early,
    case
        when months_over = 0 then 'no full month has passed since it was done'
        when months = 0 then 'the ledger does not reach back to before it'
        when rent_lost is null then 'no guest night in the 12 months before it, so the rent lost is not known'
    end as because
from valued
