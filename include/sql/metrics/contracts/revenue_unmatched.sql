-- title: Ledger revenue that matches nothing sold
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: general_ledger, chart_of_accounts, bookings | invoices | stays | yacht_deliveries
-- spared: general_ledger.booking_id, general_ledger.invoice_id, general_ledger.stay_id,
--   general_ledger.delivery_id, general_ledger.opening
-- needs: a general ledger whose revenue lines name the booking, invoice, stay or delivery that they come from
-- formula: sum of the revenue posted by the as-of day on lines that name no known booking, invoice, stay or
--   delivery (interest earned and opening entries are out); open until it is matched, so of no period. A
--   business none of whose revenue lines names anything is left out: no_data
-- reference: duplicate-payment and completeness tests of an audit
-- owner: finance
with posted as (
    select
        l.tenant,
        l.currency,
        l.booking_id,
        l.invoice_id,
        l.stay_id,
        l.delivery_id,
        -l.amount as amount,
        coalesce(l.booking_id, l.invoice_id, l.stay_id, l.delivery_id) is not null as names_something
    from general_ledger as l
    cross join period as p
    inner join chart_of_accounts as c
        on l.tenant = c.tenant and l.account = c.account
    where
        c.type = 'revenue'
        and c.role <> 'interest'
        and l.posted_on <= p.as_of
        and l.created_at < p.as_of_end
        and not coalesce(l.opening, false)
),

silent as (
    select tenant
    from posted
    group by tenant
    having max(case when names_something then 1 else 0 end) = 0
),

amounts as (
    select
        l.tenant,
        l.currency,
        l.amount
    from posted as l
    where
        not exists (
            select 1 from bookings as b
            where b.tenant = l.tenant and b.booking_id = l.booking_id
        )
        and not exists (
            select 1 from invoices as i
            where i.tenant = l.tenant and i.invoice_id = l.invoice_id
        )
        and not exists (
            select 1 from stays as s
            where s.tenant = l.tenant and s.stay_id = l.stay_id
        )
        and not exists (
            select 1 from yacht_deliveries as d
            where d.tenant = l.tenant and d.delivery_id = l.delivery_id
        )
    union all
    select
        tenant,
        currency,
        0 as amount
    from tenant
)

select
    a.currency,
    p.as_of as period_start,
    p.as_of as period_end,
    cast(sum(a.amount) as bigint) as value
from amounts as a
cross join period as p
left join silent as s on a.tenant = s.tenant
where s.tenant is null
group by a.currency, p.as_of
