-- title: Periods of contracts that should have been billed and were not

-- Billing day and grace have passed by the as-of day, no invoice covers the period, and it is not paused.
select
    c.tenant,
    c.contract_id,
    c.client_key,
    c.is_signed,
    c.period_start,
    c.period_end,
    c.bill_day,
    c.currency,
    c.amount,
    date_diff('day', c.bill_day, p.as_of) - c.grace_days as days_late
from contract_periods as c
cross join period as p
where
    not c.is_billed
    and not c.is_paused
    and c.bill_day + cast(c.grace_days as integer) <= p.as_of
