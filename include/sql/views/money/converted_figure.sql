-- title: The scope's figures in money, all currencies together in the portfolio's own

-- Of each currency what its figure says x the newest rate into the portfolio's currency that is not after the
-- end of the figure's period, nor more than rate_max_age_days (default 7) before it. A rate is used as it is
-- printed: never turned round, and never by way of a third currency. Nothing of a currency needs no rate.
-- Exact: numerator / denominator are minor units, rounded once after the sum. One row per metric; because
-- names the rates, or what is missing.
with home as (
    select
        p.as_of_end,
        f.currency,
        f.minor_units,
        coalesce(max(cast(s.value as integer)), 7) as max_age
    from period as p
    cross join portfolio as f
    left join setting as s on s.tenant is null and s.name = 'rate_max_age_days'
    group by p.as_of_end, f.currency, f.minor_units
),

amounts as (
    select
        metric,
        currency,
        value_text,
        missing,
        because,
        period_start,
        period_end,
        try_cast(value_text as decimal(38, 4)) as amount
    from figure
    where tenant is null and (currency is not null or missing is not null)
),

quoted as (
    select
        a.metric,
        a.currency,
        r.day,
        r.rate,
        row_number() over (partition by a.metric, a.currency order by r.day desc, r.tenant asc) as place
    from amounts as a
    cross join home as h
    inner join exchange_rates as r on a.currency = r.base and h.currency = r.quote
    where
        r.day <= a.period_end
        and r.day >= a.period_end - h.max_age
        and r.created_at < h.as_of_end
        and r.rate > 0
),

priced as (
    select
        a.metric,
        a.currency,
        a.missing,
        a.because,
        a.period_start,
        a.period_end,
        a.amount,
        a.value_text,
        h.currency as home,
        h.minor_units,
        h.max_age,
        q.day,
        a.currency = h.currency as is_home,
        case when a.currency = h.currency then 1 when a.amount = 0 then 0 else q.rate end as rate,
        rtrim(rtrim(cast(q.rate as varchar), '0'), '.') as rate_text
    from amounts as a
    cross join home as h
    left join quoted as q on a.metric = q.metric and a.currency = q.currency and q.place = 1
)

select
    metric,
    home as currency,
    cast(10000000000000 as hugeint) as denominator,
    min(period_start) as period_start,
    max(period_end) as period_end,
    sum(
        cast(amount * 10000 as hugeint)
        * cast(cast(rate as decimal(38, 9)) * 1000000000 as hugeint)
        * minor_units
    ) as numerator,
    case
        when count(missing) > 0 then min(missing)
        when count(rate) < count(*) then 'no_data'
    end as missing,
    case
        when count(missing) > 0
            then
                string_agg(
                    concat_ws(': ', currency, coalesce(because, missing)), '; ' order by currency
                ) filter (where missing is not null)
        when count(rate) < count(*)
            then
                string_agg(
                    'no rate of 1 ' || currency || ' in ' || home || ' on ' || period_end || ' or up to '
                    || max_age || ' days before',
                    '; ' order by currency
                ) filter (where rate is null)
        when count(case when not is_home and amount <> 0 then 1 end) = 0
            then 'all of it in ' || home || ', nothing converted'
        else
            string_agg(
                case
                    when is_home or amount = 0 then currency || ' ' || value_text
                    else currency || ' ' || value_text || ' at ' || rate_text || ' of ' || day
                end,
                ' + ' order by currency
            )
    end as because
from priced
group by metric, home
