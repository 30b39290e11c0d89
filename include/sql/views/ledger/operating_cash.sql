-- title: Operating receipts and payments, one of them per entry and currency

-- The operating lines of an entry net to one receipt or one payment, so that a commission withheld from a
-- receipt is no payment. An entry that takes a payment back is a negative payment, no receipt.
with net as (
    select
        tenant,
        entry_id,
        currency,
        cast(sum(amount) as bigint) as amount,
        max(posted_on) as paid_on,
        bool_or(is_reversal) as is_reversal
    from cash_flow
    where class = 'operating'
    group by tenant, entry_id, currency
)

select
    tenant,
    entry_id,
    currency,
    paid_on,
    case when (amount > 0) <> is_reversal then amount else 0 end as receipt,
    case when (amount > 0) = is_reversal then -amount else 0 end as payment
from net
