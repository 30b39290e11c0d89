-- title: Expected credit loss
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: invoices, payments
-- kinds: agency
-- needs: the invoices with their due day, the payments with the invoice that each is for, and loss rates
-- formula: sum over the lines of the aging of what is open x its loss rate (settings loss_rate_not_due,
--   loss_rate_1_30, loss_rate_31_60, loss_rate_61_90, loss_rate_over_90); credits that were not used
--   are left out, as it is not known what they will be used for
-- reference: ASC 326-20-30, IFRS 9 B5.5.35 (provision matrix)
-- owner: finance
with rated as (
    select
        t.tenant,
        t.currency,
        a.age,
        a.bucket,
        a.setting,
        cast(s.value as decimal(9, 6)) as rate
    from tenant as t
    cross join aging_line as a
    left join tenant_setting as s on t.tenant = s.tenant and a.setting = s.name
    where a.setting is not null
),

amounts as (
    select
        r.currency,
        d.setting,
        d.rate,
        cast(r.open as decimal(28, 0)) as open
    from receivables as r
    inner join rated as d on r.tenant = d.tenant and r.age = d.age
    where r.open > 0
    union all
    select
        currency,
        setting,
        rate,
        0 as open
    from rated
),

sums as (
    select
        currency,
        coalesce(sum(open * rate), 0) as loss,
        min(case when rate is null and open > 0 then setting end) as lacking
    from amounts
    group by currency
),

told as (
    select distinct
        age,
        rate,
        bucket || ' ' || rtrim(rtrim(cast(cast(100 * rate as decimal(9, 4)) as varchar), '0'), '.') || ' %'
            as words
    from rated
    where rate is not null
),

rates as (
    select string_agg(words, ', ' order by age asc, rate asc) as words
    from told
)

select
    s.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    s.loss as value,
    case when s.lacking is not null then 'no_data' end as missing,
    case
        when s.lacking is not null then 'the setting ' || s.lacking || ' is not given'
        else 'loss rates: ' || r.words
    end as because
from sums as s
cross join rates as r
cross join period as p
