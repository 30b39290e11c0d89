-- title: The 95 % Wilson interval of every share of fewer than 30, in thousandths

-- A row per successes of trials, whatever the data. With z^2 = 3.841459 (z = 1.959964) and all in millionths:
-- (2k + z^2 -+ root(z^2 (4k (n - k) + n z^2) / n)) / (2 (n + z^2)). The floating root is a first guess only:
-- comparing whole squares makes it the whole root, the same on every engine. Bounds are rounded to a
-- thousandth, half away from zero.
with pairs as (
    select
        t.trials,
        s.successes,
        3841459 * (4000000 * s.successes * (t.trials - s.successes) + 3841459 * t.trials) // t.trials
            as square
    from unnest(range(1, 30)) as t (trials)
    cross join unnest(range(0, 30)) as s (successes)
    where s.successes <= t.trials
),

guessed as (
    select
        *,
        cast(floor(sqrt(square)) as bigint) as guess
    from pairs
),

rooted as (
    select
        *,
        case
            when guess * guess > square then guess - 1
            when (guess + 1) * (guess + 1) <= square then guess + 1
            else guess
        end as root
    from guessed
),

bounds as (
    select
        successes,
        trials,
        root,
        2000000 * successes + 3841459 as middle,
        2 * (1000000 * trials + 3841459) as whole
    from rooted
)

select
    successes,
    trials,
    (2000 * (middle - root) + whole) // (2 * whole) as low,
    (2000 * (middle + root) + whole) // (2 * whole) as high
from bounds
