-- title: Customer churn
-- unit: ratio
-- better: down
-- grain: tenant, scope
-- inputs: contracts
-- kinds: agency
-- needs: the contracts with signature, start and end
-- formula: clients who cancelled with effect in the month to date and have no active contract left / clients
--   with an active contract at its start (the end of the day before); one whose term ended as agreed is
--   counted apart, one who paused stays a client, a cancellation counts when it takes effect; one-off
--   contracts are out
-- reference: SaaS metrics
-- owner: sales
with clients as (
    select
        m.tenant,
        m.client_key,
        bool_or(m.was_client) as was_client,
        bool_or(m.is_client) as is_client,
        min(m.left_why) as left_why
    from client_month as m
    inner join period as p on m.month = p.month_start
    group by m.tenant, m.client_key
),

counts as (
    select
        count(case when was_client then 1 end) as active,
        count(case when was_client and not is_client and left_why = 'cancelled' then 1 end) as cancelled,
        count(case when was_client and not is_client and left_why = 'term' then 1 end) as ended
    from clients
)

select
    cancelled as numerator,
    active as denominator,
    case
        when active = 0 then 'no client was active at the start of the month'
        when ended > 0 then ended || ' more left at the end of the term'
    end as because
from counts
