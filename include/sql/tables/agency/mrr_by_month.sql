-- title: How MRR moved, by month
-- inputs: contracts
-- columns: month: day, started: money, began: money, expanded: money, contracted: money, lost: money,
--   ended: money
-- kinds: agency
-- needs: the contracts with fee, interval, signature, start and end
-- owner: finance

-- What was lost and contracted is negative, so that each row adds up. A month's fees are twelfths of a
-- year's, so the sums up to each step are rounded, and each step is the difference of two: rounding leaves
-- no cent over, and the end is the MRR of that day.
with steps as (
    select
        currency,
        month,
        started as sum_1,
        ended as sum_5,
        started + began as sum_2,
        started + began + expanded as sum_3,
        started + began + expanded - contracted as sum_4
    from mrr_movement
),

rounded as (
    select
        currency,
        month,
        (2 * sum_1 + 12) // 24 as sum_1,
        (2 * sum_2 + 12) // 24 as sum_2,
        (2 * sum_3 + 12) // 24 as sum_3,
        (2 * sum_4 + 12) // 24 as sum_4,
        (2 * sum_5 + 12) // 24 as sum_5
    from steps
)

select
    currency,
    month,
    sum_1 as started,
    sum_5 as ended,
    sum_2 - sum_1 as began,
    sum_3 - sum_2 as expanded,
    sum_4 - sum_3 as contracted,
    sum_5 - sum_4 as lost
from rounded
order by currency asc, month asc
