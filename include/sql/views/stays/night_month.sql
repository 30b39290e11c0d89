-- title: Nights of each unit by month: listed, sold, owner's, blocked, given, free

-- The last 12 full months and the running one up to the night of the as-of day. sold: of paying guests;
-- owner: taken by the owner; blocked: for another reason; given: of guests free of charge; open: listed,
-- and neither owner's nor blocked; free: listed, and nobody had it. A unit that isn't listed may have
-- nights sold.
with nights as (
    select
        tenant,
        unit_id,
        night,
        cast(null as varchar) as currency,
        1 as listed,
        0 as sold,
        0 as rent,
        cast(is_owner as integer) as owner_nights,
        cast(is_blocked as integer) as blocked,
        cast(is_open as integer) as open_nights,
        cast(is_given as integer) as given,
        cast(is_free as integer) as free
    from listed_night
    union all
    select
        tenant,
        unit_id,
        night,
        currency,
        0 as listed,
        1 as sold,
        rent,
        0 as owner_nights,
        0 as blocked,
        0 as open_nights,
        0 as given,
        0 as free
    from stay_nights
    where kind = 'guest'
)

select
    n.tenant,
    n.unit_id,
    m.months_back,
    m.month,
    cast(sum(n.listed) as bigint) as listed,
    cast(sum(n.sold) as bigint) as sold,
    cast(sum(n.rent) as bigint) as rent,
    cast(sum(n.owner_nights) as bigint) as owner_nights,
    cast(sum(n.blocked) as bigint) as blocked,
    cast(sum(n.open_nights) as bigint) as open_nights,
    cast(sum(n.given) as bigint) as given,
    cast(sum(n.free) as bigint) as free,
    coalesce(n.currency, t.currency) as currency
from nights as n
inner join tenant as t on n.tenant = t.tenant
inner join month_spine as m on n.night >= m.month and n.night < m.ends_before
where m.months_back <= 12
group by n.tenant, n.unit_id, m.months_back, m.month, coalesce(n.currency, t.currency)
