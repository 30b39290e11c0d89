-- title: What each cloud resource costs as it is, and what it would cost if it were paid for by use
-- spared: cloud_buckets.region

-- In USD for a month of 730 hours, by the price of the as-of day; a row per resource. saving is null where
-- lacks says what is not known. A table's provisioned units (less those that are free for each Region, given
-- to tables in order of name) against its requests on demand; old versions in a bucket that nothing expires,
-- and logs that are kept for ever, against none.
with price as (
    select
        t.tenant,
        t.item,
        arg_max(t.usd, t.valid_from) as usd
    from price_table as t
    cross join period as p
    where t.valid_from <= p.as_of
    group by t.tenant, t.item
),

free as (
    select
        t.tenant,
        cast(coalesce(max(case when s.name = 'dynamodb_free_units' then s.value end), '25') as decimal(18, 3))
            as units
    from tenant as t
    left join tenant_setting as s on t.tenant = s.tenant
    group by t.tenant
),

capacity as (
    select
        u.tenant,
        u.resource,
        u.item,
        u.quantity,
        f.units as free_units,
        sum(u.quantity)
            over (partition by u.tenant, u.item, split_part(u.resource, '/', 1) order by u.resource)
            as so_far
    from cloud_usage as u
    inner join free as f on u.tenant = f.tenant
    where u.measure = 'provisioned'
),

billed as (
    select
        tenant,
        resource,
        item,
        quantity,
        least(quantity, greatest(so_far - free_units, 0)) as units
    from capacity
),

provisioned as (
    select
        b.tenant,
        b.resource,
        b.item,
        '(' || rtrim(rtrim(cast(cast(b.quantity as decimal(18, 6)) as varchar), '0'), '.')
        || ' - ' || rtrim(rtrim(cast(cast(b.quantity - b.units as decimal(18, 6)) as varchar), '0'), '.')
        || ' free ' || split_part(b.item, '_', 2) || ' units) x 730 h x '
        || rtrim(rtrim(cast(cast(r.usd as decimal(18, 9)) as varchar), '0'), '.') as words,
        cast(b.units as decimal(18, 6)) * 730 * cast(r.usd as decimal(18, 9)) as usd,
        r.usd is null as unpriced
    from billed as b
    left join price as r on b.tenant = r.tenant and b.item = r.item
),

on_demand as (
    select
        b.tenant,
        b.resource,
        b.item,
        u.quantity is null as unmeasured,
        r.usd is null as unpriced,
        rtrim(rtrim(cast(cast(u.quantity as decimal(18, 6)) as varchar), '0'), '.')
        || ' million ' || split_part(b.item, '_', 2) || 's x '
        || rtrim(rtrim(cast(cast(r.usd as decimal(18, 9)) as varchar), '0'), '.') as words,
        cast(u.quantity as decimal(18, 9)) * cast(r.usd as decimal(18, 9)) as usd
    from billed as b
    left join cloud_usage as u
        on
            b.tenant = u.tenant
            and b.resource = u.resource
            and u.measure = 'consumed'
            and u.item = replace(b.item, '_unit_hour', '_million')
    left join price as r on b.tenant = r.tenant and r.item = replace(b.item, '_unit_hour', '_million')
),

tables_before as (
    select
        tenant,
        resource,
        sum(usd) as usd,
        string_agg(words, ' + ' order by item desc) as words,
        bool_or(unpriced) as unpriced
    from provisioned
    group by tenant, resource
),

tables_after as (
    select
        tenant,
        resource,
        sum(usd) as usd,
        string_agg(words, ' - ' order by item desc) as words,
        bool_or(unmeasured) as unmeasured,
        bool_or(unpriced) as unpriced
    from on_demand
    group by tenant, resource
),

dynamodb as (
    select
        b.tenant,
        b.resource,
        'provisioned capacity' as waste,
        cast(b.usd as decimal(38, 9)) as billed,
        cast(a.usd as decimal(38, 9)) as after,
        b.words || ' - ' || a.words as arithmetic,
        case
            when b.unpriced or a.unpriced then 'a price'
            when a.unmeasured then 'how much of it was used'
        end as lacks
    from tables_before as b
    inner join tables_after as a on b.tenant = a.tenant and b.resource = a.resource
),

kept as (
    select
        u.tenant,
        u.resource,
        cast(cast(u.quantity as decimal(18, 6)) * cast(r.usd as decimal(18, 9)) as decimal(38, 9)) as billed,
        cast(0 as decimal(38, 9)) as after,
        case u.measure when 'noncurrent' then 'old versions' else 'logs kept for ever' end as waste,
        rtrim(rtrim(cast(cast(u.quantity as decimal(18, 6)) as varchar), '0'), '.') || ' GB x '
        || rtrim(rtrim(cast(cast(r.usd as decimal(18, 9)) as varchar), '0'), '.') as arithmetic,
        case when r.usd is null then 'a price' end as lacks
    from cloud_usage as u
    left join price as r on u.tenant = r.tenant and u.item = r.item
    left join cloud_buckets as b on u.tenant = b.tenant and u.resource = b.bucket
    where
        u.measure = 'stored'
        or (u.measure = 'noncurrent' and not coalesce(b.expires_noncurrent, false))
)

select
    tenant,
    resource,
    waste,
    arithmetic,
    lacks,
    billed,
    after,
    case when lacks is null then greatest(billed - after, 0) end as saving
from dynamodb
union all
select
    tenant,
    resource,
    waste,
    arithmetic,
    lacks,
    billed,
    after,
    case when lacks is null then billed end as saving
from kept
