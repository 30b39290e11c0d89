-- title: Runway
-- unit: months
-- better: up
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts, cash_accounts, bookings?, stays?, invoices?, yacht_deliveries?,
--   payments?
-- needs: a general ledger with its opening entry, a chart of accounts, and which cash accounts are restricted
-- formula: cash_available / available_cash_burn; infinite where nothing burns, 0 where there is no cash left
-- reference: ASC 205-40
-- owner: finance
select
    b.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    b.fall as denominator,
    greatest(b.available, 0) * greatest(b.months, 1) as numerator,
    case
        when g.tenants is not null then 'no_data'
        when b.months = 0 then 'no_history'
        when b.fall <= 0 then 'infinite'
    end as missing,
    case
        when g.tenants is not null then 'no opening entry in the ledger of ' || g.tenants
        when b.months = 0 then 'the ledger has no full month yet'
        when b.fall <= 0 then 'not burning: the cash available does not fall'
        when b.months < 3 then 'on the burn of ' || b.months || ' months'
    end as because
from available_burn as b
cross join period as p
cross join opening_gap as g
