-- title: Accounts that the chart does not know
-- unit: count
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts
-- needs: the general ledger and the chart of accounts
-- formula: distinct account codes with a line posted by the as-of day that are not in the business's chart
-- reference: the chart of accounts
-- owner: finance
with used as (
    select distinct
        l.tenant,
        l.account
    from general_ledger as l
    cross join period as p
    where l.posted_on <= p.as_of and l.created_at < p.as_of_end
),

unknown as (
    select
        u.tenant,
        u.account
    from used as u
    left join chart_of_accounts as c
        on u.tenant = c.tenant and u.account = c.account
    where c.account is null
)

select
    p.as_of as period_start,
    p.as_of as period_end,
    count(u.account) as value
from period as p
left join unknown as u on true
group by p.as_of
