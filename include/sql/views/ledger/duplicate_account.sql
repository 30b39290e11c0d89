-- title: Accounts that the chart has twice, each beyond the first, with the one that it repeats

-- The same type and the same name, letter case, spaces and punctuation apart.
with folded as (
    select
        tenant,
        account,
        name,
        type,
        regexp_replace(lower(name), '[ .,;:/&()_-]+', '', 'g') as plain_name
    from chart_of_accounts
),

placed as (
    select
        *,
        first_value(account) over (partition by tenant, type, plain_name order by account) as first_account,
        row_number() over (partition by tenant, type, plain_name order by account) as place
    from folded
    where plain_name <> ''
)

select
    tenant,
    account,
    name,
    type,
    first_account
from placed
where place > 1
