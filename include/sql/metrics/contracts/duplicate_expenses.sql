-- title: Expenses that look entered twice
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts
-- spared: general_ledger.opening
-- needs: a general ledger whose expense lines name the vendor and the document
-- formula: sum of the expenses posted by the as-of day that repeat an earlier one: the same vendor, account
--   and amount within 7 days in another entry, or the same document of the same vendor in another entry;
--   the first of them is not counted. A rhythm of equal distances is no repetition, and what was taken back
--   is out. Open until it is mended, so of no period
-- reference: duplicate-payment tests of an audit
-- owner: finance
with amounts as (
    select
        currency,
        amount,
        1 as lines
    from expense_duplicate
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
