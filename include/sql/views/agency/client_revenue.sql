-- title: What each client's invoices earned in the month to date, and in the last 12 full months

-- Revenue recognised (a retainer over its period), without tax, credits deducted; negative where credits are
-- more. A credit is the client's whose invoice it takes back.
with named as (
    select
        tenant,
        invoice_id as id,
        client_key,
        1 as place
    from invoices
    union all
    select
        tenant,
        applies_to as id,
        client_key,
        2 as place
    from invoices
    where kind = 'credit' and applies_to is not null
),

owner as (
    select
        tenant,
        id,
        client_key,
        row_number() over (partition by tenant, id order by place asc, client_key asc) as choice
    from named
),

earned as (
    select
        o.tenant,
        o.client_key,
        r.currency,
        case when r.day >= p.month_start then r.amount else 0 end as in_month,
        case when r.day >= p.full_start_12m and r.day < p.full_end then r.amount else 0 end as in_year
    from revenue_by_day as r
    inner join owner as o
        on r.tenant = o.tenant and r.id = o.id and o.choice = 1
    cross join period as p
    where r.source = 'invoice' and r.day >= p.full_start_12m
)

select
    tenant,
    client_key,
    currency,
    cast(sum(in_month) as bigint) as in_month,
    cast(sum(in_year) as bigint) as in_year
from earned
group by tenant, client_key, currency
