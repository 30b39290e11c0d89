-- title: What deliveries cost beside what was quoted, per currency

-- variance: cost - quoted cost of those that arrived in the month to date. overrun: what was spent beyond
-- the quote, of these and of those under way (to date); one below its quote does not make good for it.
-- quoted, unquoted: how many say what was quoted, how many don't. mixed: whose costs are in several
-- currencies, so that nothing can be said.
with counted as (
    select
        c.currency,
        c.is_mixed,
        c.cost - c.quoted_cost as beyond,
        c.status = 'done' as has_arrived,
        c.quoted_cost is null and not c.is_mixed as is_unquoted
    from delivery_costs as c
    where (c.is_finished and c.status = 'done') or c.is_open
),

currencies as (
    select distinct currency
    from tenant
)

select
    t.currency,
    cast(coalesce(sum(case when c.has_arrived then c.beyond end), 0) as bigint) as variance,
    cast(coalesce(sum(greatest(c.beyond, 0)), 0) as bigint) as overrun,
    count(case when c.has_arrived then c.beyond end) as quoted,
    count(case when c.has_arrived and c.is_unquoted then 1 end) as unquoted,
    count(c.beyond) as quoted_or_open,
    count(case when c.is_unquoted then 1 end) as unquoted_or_open,
    count(case when c.has_arrived and c.is_mixed then 1 end) as mixed,
    count(case when c.is_mixed then 1 end) as mixed_or_open
from currencies as t
left join counted as c on t.currency = c.currency
group by t.currency
