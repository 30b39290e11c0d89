-- title: Lines of operating receipts and payments, by the category of their account

-- amount is money out; of an entry that is a payment its lines add up to it, of a receipt to it negative.
select
    f.tenant,
    f.currency,
    f.entry_id,
    o.paid_on,
    -f.amount as amount,
    coalesce(f.category, 'accounts not in the chart') as category,
    case when o.payment <> 0 then 'payment' else 'receipt' end as kind
from cash_flow as f
inner join operating_cash as o
    on f.tenant = o.tenant and f.entry_id = o.entry_id and f.currency = o.currency
where f.class = 'operating'
