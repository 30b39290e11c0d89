-- title: What each delivery has cost us by the end of the as-of day, by kind
-- spared: crew_assignments.share, crew_assignments.share_base

-- One row per delivery and currency of its costs. crew: pay of its duties up to the as-of day, and the
-- shares agreed for those that are over. What the yacht's owner paid is no cost of ours and stands apart.
-- is_mixed: some of it is in a currency that is not the fee's, so that fee, quote and cost can't be compared.
with parts as (
    select
        d.tenant,
        d.delivery_id,
        d.currency,
        0 as crew,
        coalesce(d.fuel, 0) as fuel,
        coalesce(d.provisions, 0) as provisions,
        coalesce(d.travel, 0) as travel,
        coalesce(d.dockage, 0) as dockage,
        coalesce(d.insurance, 0) as insurance,
        coalesce(d.repairs_own, 0) as repairs
    from deliveries_as_of as d
    union all
    select
        c.tenant,
        c.delivery_id,
        c.currency,
        c.cost_to_date as crew,
        0 as fuel,
        0 as provisions,
        0 as travel,
        0 as dockage,
        0 as insurance,
        0 as repairs
    from crew_pay as c
    where c.delivery_id is not null and c.cost_to_date <> 0
),

summed as (
    select
        tenant,
        delivery_id,
        currency,
        cast(sum(crew) as bigint) as crew,
        cast(sum(fuel) as bigint) as fuel,
        cast(sum(provisions) as bigint) as provisions,
        cast(sum(travel) as bigint) as travel,
        cast(sum(dockage) as bigint) as dockage,
        cast(sum(insurance) as bigint) as insurance,
        cast(sum(repairs) as bigint) as repairs,
        count(*) over (partition by tenant, delivery_id) as currencies
    from parts
    group by tenant, delivery_id, currency
)

select
    d.tenant,
    d.delivery_id,
    d.client_key,
    d.status,
    d.departed_at,
    d.ended_day,
    d.is_finished,
    d.is_open,
    d.route_nm,
    d.nm_made_good,
    d.log_nm,
    s.currency,
    s.crew,
    s.fuel,
    s.provisions,
    s.travel,
    s.dockage,
    s.insurance,
    s.repairs,
    s.crew + s.fuel + s.provisions + s.travel + s.dockage + s.insurance + s.repairs as cost,
    case when s.currency = d.currency then d.fee_earned else 0 end as fee_earned,
    case when s.currency = d.currency then d.fee else 0 end as fee,
    case when s.currency = d.currency then d.quoted_cost end as quoted_cost,
    case when s.currency = d.currency then coalesce(d.owner_paid, 0) else 0 end as owner_paid,
    s.currencies > 1 as is_mixed
from deliveries_as_of as d
inner join summed as s
    on d.tenant = s.tenant and d.delivery_id = s.delivery_id
