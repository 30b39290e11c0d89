-- title: How much cash_available fell over the last full months, by currency

-- Over 3 months, or 12 where the setting seasonal says true; fewer where the ledgers are younger (months 0:
-- no full month). fall is without new loans and owners' money in, and without investing: what was bought
-- or sold once is no burn. available is that of the as-of day.
with base as (
    select least(case when max(s.value) = 'true' then 12 else 3 end, coalesce(max(h.months), 0)) as months
    from ledger_history as h
    left join tenant_setting as s on h.tenant = s.tenant and s.name = 'seasonal'
),

position as (
    select
        c.currency,
        sum(case when c.months_back = -1 then c.available else 0 end) as available,
        sum(case when c.months_back = b.months then c.available else 0 end)
        - sum(case when c.months_back = 0 then c.available else 0 end) as fall
    from cash_position as c
    cross join base as b
    group by c.currency
),

outside as (
    select
        f.currency,
        sum(case when f.class = 'investing' or f.amount > 0 then f.amount else 0 end) as amount
    from cash_flow as f
    cross join period as p
    cross join base as b
    where
        f.class in ('financing', 'investing')
        and f.posted_on < p.full_end
        and f.posted_on >= cast(p.full_end - b.months * interval 1 month as date)
    group by f.currency
)

select
    c.currency,
    b.months,
    cast(coalesce(n.available, 0) as bigint) as available,
    cast(coalesce(n.fall, 0) + coalesce(o.amount, 0) as bigint) as fall
from ledger_currency as c
cross join base as b
left join position as n on c.currency = n.currency
left join outside as o on c.currency = o.currency
