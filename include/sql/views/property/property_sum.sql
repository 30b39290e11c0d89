-- title: Net operating income and debt service of a year, by currency

-- Of the businesses with 6 full months at least; noi and debt_service are those of a year times 2310,
-- exactly. missing and because say why there is none, or what the reader must know beside it.
with sums as (
    select
        currency,
        cast(sum(noi * weight) as hugeint) as noi,
        cast(sum(debt_service * weight) as hugeint) as debt_service,
        count(*) filter (where is_in) as tenants,
        min(months) filter (where is_in) as fewest_months,
        max(months) as most_months,
        min(first_day) filter (where is_in) as first_day,
        string_agg(tenant, ', ' order by tenant) filter (where not is_in) as young
    from property_year
    group by currency
)

select
    s.currency,
    s.noi,
    s.debt_service,
    coalesce(s.first_day, p.full_start_12m) as period_start,
    p.full_end - 1 as period_end,
    case when s.tenants = 0 then 'no_history' end as missing,
    case
        when s.tenants = 0 then coalesce(s.most_months, 0) || ' full months, and it takes 6'
        when s.young is not null then 'without ' || s.young || ': fewer than 6 full months'
        when s.fewest_months < 12 then 'a year at the rate of ' || s.fewest_months || ' months'
    end as because
from sums as s
cross join period as p
