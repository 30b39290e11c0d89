-- title: Expenses without a receipt
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts
-- spared: general_ledger.vendor, general_ledger.opening
-- needs: a general ledger whose expense lines name the receipt
-- formula: sum of the expenses posted by the as-of day of 75 or more (setting receipt_needed_from, in major
--   units; what one entry has of one vendor counts together; the category lodging from the first cent) that
--   name no document. Depreciation and what was taken back are out. Open until the receipt is there, so of
--   no period
-- reference: IRS Pub. 463
-- owner: finance
with amounts as (
    select
        currency,
        amount,
        1 as lines
    from expense_receipt
    where not has_receipt
    union all
    select
        currency,
        0 as amount,
        0 as lines
    from tenant
)

select
    a.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(a.amount) as bigint) as value,
    'expenses: ' || cast(sum(a.lines) as bigint) as because
from amounts as a
cross join period as p
group by a.currency, p.as_of
