-- title: What lies on suspense accounts and on accounts that the chart doesn't know, by account

-- Credits are taken off, so that what was moved to its own account is gone. An account with more credits
-- than debits holds no expense: 0.
select
    tenant,
    account,
    currency,
    max(name) as name,
    greatest(cast(sum(amount) as bigint), 0) as amount
from expense_posting
where is_unmapped or role = 'suspense'
group by tenant, account, currency
