-- title: Uncategorised expense
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts
-- spared: general_ledger.vendor, general_ledger.document_ref, general_ledger.opening
-- needs: the general ledger and the chart of accounts
-- formula: what stands at the end of the as-of day on suspense accounts and on accounts that the chart does
--   not know, credits taken off, no account below 0; opening entries are out. Open until it is sorted, so
--   of no period
-- reference: the chart of accounts
-- owner: finance
with amounts as (
    select
        currency,
        amount
    from expense_uncategorised
    union all
    select
        currency,
        0 as amount
    from tenant
)

select
    a.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(a.amount) as bigint) as value
from amounts as a
cross join period as p
group by a.currency, p.as_of
