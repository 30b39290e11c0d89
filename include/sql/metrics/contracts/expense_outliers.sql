-- title: Expenses out of pattern
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts
-- spared: general_ledger.opening
-- needs: a general ledger whose expense lines name the vendor
-- formula: sum of the expenses of the last 12 full months that lie far from what the same vendor and
--   account usually come to: 0.6745 x distance from the median / median of these distances above 3.5, or
--   more than 1.5 times the median where these are 0; by nearest rank. Fewer than 6 expenses are no
--   pattern, and what was taken back is out
-- reference: NIST/SEMATECH e-Handbook 1.3.5.17 (Iglewicz and Hoaglin)
-- owner: finance
with amounts as (
    select
        currency,
        case when is_outlier then amount else 0 end as amount,
        case when is_outlier then 1 else 0 end as outliers,
        case when is_judged then 1 else 0 end as judged,
        1 as expenses
    from expense_pattern
    union all
    select
        currency,
        0 as amount,
        0 as outliers,
        0 as judged,
        0 as expenses
    from tenant
)

select
    a.currency,
    p.full_start_12m as period_start,
    cast(p.full_end - 1 as date) as period_end,
    cast(sum(a.amount) as bigint) as value,
    case when sum(a.expenses) > 0 and sum(a.judged) = 0 then 'no_history' end as missing,
    case
        when sum(a.expenses) > 0 and sum(a.judged) = 0
            then 'no vendor and account with 6 expenses in the last 12 full months'
        else
            cast(sum(a.outliers) as bigint)
            || ' of '
            || cast(sum(a.judged) as bigint)
            || ' expenses; without a pattern: '
            || cast(sum(a.expenses - a.judged) as bigint)
    end as because
from amounts as a
cross join period as p
group by a.currency, p.full_start_12m, p.full_end
