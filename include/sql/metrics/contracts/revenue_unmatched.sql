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
with sold as (
    select
        tenant,
        'booking' as what,
        booking_id as id
    from bookings
    union all
    select
        tenant,
        'invoice' as what,
        invoice_id as id
    from invoices
    union all
    select
        tenant,
        'stay' as what,
        stay_id as id
    from stays
    union all
    select
        tenant,
        'delivery' as what,
        delivery_id as id
    from yacht_deliveries
),

posted as (
    select
        l.tenant,
        l.entry_id,
        l.line,
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

matched as (
    select distinct
        l.tenant,
        l.entry_id,
        l.line
    from posted as l
    inner join sold as s
        on
            l.tenant = s.tenant
            and (
                (s.what = 'booking' and l.booking_id = s.id)
                or (s.what = 'invoice' and l.invoice_id = s.id)
                or (s.what = 'stay' and l.stay_id = s.id)
                or (s.what = 'delivery' and l.delivery_id = s.id)
            )
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
    left join matched as m
        on l.tenant = m.tenant and l.entry_id = m.entry_id and l.line = m.line
    where m.tenant is null
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
