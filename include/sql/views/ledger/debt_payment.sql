-- title: Interest and principal paid, by day; interest that came back is negative

-- A new loan is no payment.
select
    tenant,
    entry_id,
    line,
    posted_on as paid_on,
    role,
    currency,
    -amount as amount
from cash_flow
where role = 'interest' or (role = 'principal' and amount < 0)
