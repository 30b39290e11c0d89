-- title: Monthly fall of the cash available
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts, cash_accounts, bookings?, stays?, invoices?, yacht_deliveries?,
--   payments?
-- needs: a general ledger with its opening entry, a chart of accounts, and which cash accounts are restricted
-- formula: mean monthly fall of cash_available over the last 3 full months (12 with the setting seasonal),
--   without new loans, owners' money in, and investing
-- reference: ASC 230-10-45-11..17
-- owner: finance
select
    b.currency,
    b.fall as numerator,
    cast(p.full_end - greatest(b.months, 1) * interval 1 month as date) as period_start,
    greatest(b.months, 1) as denominator,
    p.full_end - 1 as period_end,
    case when g.tenants is not null then 'no_data' when b.months = 0 then 'no_history' end as missing,
    case
        when g.tenants is not null then 'no opening entry in the ledger of ' || g.tenants
        when b.months = 0 then 'the ledger has no full month yet'
        when b.months < 3 then 'mean of ' || b.months || ' months'
    end as because
from available_burn as b
cross join period as p
cross join opening_gap as g
