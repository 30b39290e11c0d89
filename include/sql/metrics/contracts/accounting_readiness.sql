-- title: Accounting readiness
-- unit: ratio
-- better: up
-- grain: scope
-- inputs: general_ledger, chart_of_accounts, cash_accounts?, asset_inventory?, bookings?, stays?
-- spared: general_ledger.vendor, general_ledger.document_ref, general_ledger.opening,
--   asset_inventory.category, asset_inventory.value, asset_inventory.cost
-- needs: a general ledger and a chart of accounts
-- formula: met / 10 of what books need to be closed, each met by every business with a ledger: accounts in
--   the chart, opening entry, entries that balance, cash reconciled, receipts for 95 % of the expenses that
--   need one (since the first of the last 12 full months), suspense at 0, an account for receivables, one
--   for deferred revenue, a register of assets, and an accounting system (an active asset of the category
--   accounting) somewhere in the portfolio
-- reference: ours
-- owner: finance
with checks as (
    select
        place,
        need,
        bool_and(is_met) as is_met
    from readiness_check
    group by place, need
)

select
    p.as_of as period_start,
    p.as_of as period_end,
    count(case when c.is_met then 1 end) as numerator,
    count(*) as denominator,
    'lacking: ' || string_agg(case when not c.is_met then c.need end, '; ' order by c.place) as because
from checks as c
cross join period as p
group by p.as_of
