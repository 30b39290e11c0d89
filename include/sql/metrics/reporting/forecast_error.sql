-- title: Forecast error of revenue
-- unit: ratio
-- better: down
-- grain: tenant, scope
-- inputs: forecasts, bookings | invoices | stays | yacht_deliveries
-- spared: bookings.confirmed_at, invoices.tax, yacht_deliveries.departed_at, yacht_deliveries.arrived_at,
--   yacht_deliveries.window_end
-- needs: monthly forecasts of revenue_recognised
-- formula: sum of |forecast - revenue recognised| / sum of revenue recognised, over those of the last 12 full
--   months for which the business made a forecast before they began (the last such forecast counts)
-- reference: weighted absolute percentage error (WAPE)
-- owner: finance
with made as (
    select
        f.tenant,
        f.month as month_start,
        f.value as forecast,
        row_number() over (partition by f.tenant, f.month order by f.made_on desc) as place
    from forecasts as f
    cross join period as p
    where
        f.metric = 'revenue_recognised'
        and f.month >= p.full_start_12m
        and f.month < p.full_end
        and f.made_on < f.month
        and f.created_at < p.as_of_end
),

earned as (
    select
        r.tenant,
        r.currency,
        cast(date_trunc('month', r.day) as date) as month_start,
        cast(sum(r.amount) as bigint) as amount
    from revenue_by_day as r
    group by r.tenant, r.currency, cast(date_trunc('month', r.day) as date)
),

compared as (
    select
        t.currency,
        m.forecast,
        coalesce(e.amount, 0) as actual
    from made as m
    inner join tenant as t on m.tenant = t.tenant
    left join earned as e
        on m.tenant = e.tenant and m.month_start = e.month_start and t.currency = e.currency
    where m.place = 1
)

select
    t.currency,
    p.full_start_12m as period_start,
    cast(p.full_end - interval 1 day as date) as period_end,
    coalesce(sum(abs(c.forecast - c.actual)), 0) as numerator,
    coalesce(sum(c.actual), 0) as denominator,
    case when count(c.forecast) = 0 then 'no_history' end as missing,
    case when count(c.forecast) = 0 then 'no full month has a forecast made before it began' end as because
from (select distinct currency from tenant) as t
cross join period as p
left join compared as c on t.currency = c.currency
group by t.currency, p.full_start_12m, p.full_end
