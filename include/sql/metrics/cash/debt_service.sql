-- title: Debt service
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts
-- needs: a general ledger with its opening entry, and a chart of accounts that says which accounts are cash
--   and what each belongs to
-- formula: interest and principal paid in the last 12 full months
-- reference: ASC 230-10-45-15, 45-17
-- owner: finance
with amounts as (
    select
        d.currency,
        d.amount
    from debt_payment as d
    cross join period as p
    where d.paid_on >= p.full_start_12m and d.paid_on < p.full_end
    union all
    select
        currency,
        0 as amount
    from tenant
),

history as (
    select coalesce(max(months), 0) as months
    from ledger_history
)

select
    a.currency,
    cast(sum(a.amount) as bigint) as value,
    p.full_start_12m as period_start,
    p.full_end - 1 as period_end,
    case when h.months = 0 then 'no_history' end as missing,
    case
        when h.months = 0 then 'the ledger has no full month yet'
        when h.months < 12 then 'of ' || h.months || ' months'
    end as because
from amounts as a
cross join period as p
cross join history as h
group by a.currency, p.full_start_12m, p.full_end, h.months
