-- title: Day on which the cash runs out
-- unit: day
-- better: up
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts, cash_accounts, bookings?, stays?, invoices?, yacht_deliveries?,
--   payments?
-- needs: a general ledger with its opening entry, a chart of accounts, and which cash accounts are restricted
-- formula: as-of day + floor(unrounded runway x 30.4375) days; further than 60 months is said so
-- reference: ASC 205-40
-- owner: finance
with runway as (
    select
        b.currency,
        b.months,
        b.fall,
        g.tenants as unopened,
        greatest(b.available, 0) * greatest(b.months, 1) as cash
    from available_burn as b
    cross join opening_gap as g
)

select
    r.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    case
        when r.unopened is not null then 'no_data'
        when r.months = 0 then 'no_history'
        when r.fall <= 0 then 'infinite'
        when r.cash > 60 * r.fall then 'not_reached'
    end as missing,
    case
        when r.unopened is not null then 'no opening entry in the ledger of ' || r.unopened
        when r.months = 0 then 'the ledger has no full month yet'
        when r.fall <= 0 then 'not burning: the cash available does not fall'
        when r.cash > 60 * r.fall then 'more than 60 months ahead'
    end as because,
    case
        when r.fall > 0 and r.cash <= 60 * r.fall
            then p.as_of + cast((r.cash * 304375) // (r.fall * 10000) as integer)
    end as value
from runway as r
cross join period as p
