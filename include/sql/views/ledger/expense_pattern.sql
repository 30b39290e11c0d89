-- title: Expenses of the last 12 full months beside what their vendor and account usually come to

-- usual: the median of the vendor's expenses on the account, spread: the median distance from it (MAD), both
-- by nearest rank. is_outlier: 0.6745 x distance / spread above 3.5, or more than 1.5 times the usual where
-- the spread is 0; null (is_judged false) where fewer than 6 are known, or no vendor. Credits and what was
-- taken back are out.
with expense as (
    select e.*
    from expense_posting as e
    cross join period as p
    where
        e.amount > 0
        and not e.is_reversed
        and e.posted_on >= p.full_start_12m
        and e.posted_on < p.full_end
),

by_amount as (
    select
        *,
        row_number() over (
            partition by tenant, vendor_key, account, currency order by amount, entry_id, line
        ) as place,
        count(*) over (partition by tenant, vendor_key, account, currency) as known
    from expense
),

with_usual as (
    select
        *,
        min(case when 2 * place >= known and 2 * place <= known + 1 then amount end) over (
            partition by tenant, vendor_key, account, currency
        ) as usual
    from by_amount
),

by_distance as (
    select
        *,
        abs(amount - usual) as distance,
        row_number() over (
            partition by tenant, vendor_key, account, currency
            order by abs(amount - usual), entry_id, line
        ) as distance_place
    from with_usual
),

spread_out as (
    select
        *,
        min(
            case when 2 * distance_place >= known and 2 * distance_place <= known + 1 then distance end
        ) over (partition by tenant, vendor_key, account, currency) as spread
    from by_distance
)

select
    tenant,
    entry_id,
    line,
    posted_on,
    account,
    name,
    vendor,
    currency,
    amount,
    known,
    usual,
    spread,
    vendor_key is not null and known >= 6 as is_judged,
    case
        when vendor_key is null or known < 6 then null
        when spread = 0 then 2 * amount > 3 * usual
        else 6745 * distance > 35000 * spread
    end as is_outlier
from spread_out
