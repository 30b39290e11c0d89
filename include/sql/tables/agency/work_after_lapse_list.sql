-- title: Ended contracts with later work
-- inputs: contracts, repositories
-- columns: tenant: text, contract_id: text, client_key: text, ended: text, last_day: day, repository: text,
--   last_commit: day, days_after: days, amount: money, interval: text
-- kinds: agency
-- needs: the contracts with the repository that each names, and those repositories among the surveyed ones
-- owner: sales
select
    tenant,
    contract_id,
    client_key,
    repository,
    currency,
    amount,
    interval,
    stop_why as ended,
    commit_day as last_commit,
    cast(stop_day - interval 1 day as date) as last_day,
    date_diff('day', stop_day, commit_day) + 1 as days_after
from ended_contracts
where has_later_work
order by stop_day asc, tenant asc, contract_id asc
