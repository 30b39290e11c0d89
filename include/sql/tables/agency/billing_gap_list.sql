-- title: Periods that were not billed
-- inputs: contracts, invoices
-- columns: tenant: text, contract_id: text, client_key: text, signed: boolean, period_start: day,
--   last_day: day, bill_day: day, days_late: days, amount: money
-- kinds: agency
-- needs: the contracts, and the invoices with the contract and the period that each bills
-- owner: finance
select
    tenant,
    contract_id,
    client_key,
    is_signed as signed,
    period_start,
    bill_day,
    days_late,
    currency,
    amount,
    cast(period_end - interval 1 day as date) as last_day
from billing_gaps
order by bill_day asc, tenant asc, contract_id asc, period_start asc
