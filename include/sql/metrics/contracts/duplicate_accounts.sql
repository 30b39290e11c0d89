-- title: Accounts that the chart has twice
-- unit: count
-- better: down
-- grain: tenant, scope
-- inputs: chart_of_accounts
-- needs: the chart of accounts
-- formula: accounts beyond the first of those of one business with the same type and the same name, letter
--   case, spaces and punctuation apart
-- reference: the chart of accounts
-- owner: finance
with folded as (
    select
        tenant,
        account,
        type,
        regexp_replace(lower(name), '[ .,;:/&()_-]+', '', 'g') as plain_name
    from chart_of_accounts
),

repeated as (
    select count(*) - 1 as surplus
    from folded
    where plain_name <> ''
    group by tenant, type, plain_name
)

select
    p.as_of as period_start,
    p.as_of as period_end,
    cast(coalesce(sum(r.surplus), 0) as bigint) as value
from period as p
left join repeated as r on true
group by p.as_of
