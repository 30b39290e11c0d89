-- title: Expenses posted by the as-of day, credits negative

-- A line on an account that the chart doesn't know counts as an operating expense. What an agency or a
-- card firm keeps is variable, whatever the chart says of its behaviour.
select
    tenant,
    entry_id,
    line,
    posted_on,
    account,
    name,
    category,
    role,
    vendor,
    asset_id,
    stay_id,
    currency,
    amount,
    is_unmapped,
    case when role = 'commission' then 'variable' else coalesce(behaviour, 'none') end as behaviour
from ledger_line
where not is_opening and (type = 'expense' or is_unmapped)
