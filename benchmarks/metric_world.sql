-- What the tenant of metric_world.py has. {n}: bookings, {spent}: expenses; {clients}, {units}, {crew}: how many
-- there are. A column that is not named here is empty.

-- dataset: invoices
with billed as (
    select i, i % {clients} as client,
        cast(date '2021-04-01' + cast(i // {clients} as integer) * interval 1 month as date) as day
    from range({clients} * 60) r (i)
)
select padded('invoice', i) as invoice_id, padded('client', client) as client_key,
    padded('contract', client) as contract_id, day as period_start,
    cast(day + interval 1 month - interval 1 day as date) as period_end, day as issued_on, day + 15 as due_on,
    10000 + pick(client, 60, 90000) as amount, 'invoice' as kind, clock(day, 12) as created_at,
    case when pick(i, 61, 200) = 0 then day + 20 end as disputed_on
from billed order by invoice_id

-- dataset: bookings
with drawn as (
    select i, pick(i, 2, 100) as luck,
        date '2021-04-01' + cast(i * 1886 // {n} + pick(i, 1, 30) - 15 as integer) as day
    from range({n}) r (i)
), timed as (
    select *, clock(day, 16 + pick(i, 3, 8)) as starts_at,
        least(clock(day - cast(3 + pick(i, 4, 60) as integer), 17), as_of_end() - interval 3 day)
            as created_at,
        case when luck < 4 then 'inquiry' when luck < 8 then 'quoted' when luck < 20 then 'cancelled'
            when luck < 22 and day <= date '2026-03-31' then 'no_show'
            when day < date '2026-03-31' then 'completed' else 'confirmed' end as status
    from drawn
), sold as (
    select *, 20000 + pick(i, 5, 200000) as price,
        case when luck >= 9 then created_at + pick(i, 6, 48) * interval 1 hour end as confirmed_at
    from timed
)
select padded('b', i) as booking_id, status, confirmed_at, starts_at, created_at, price,
    case when status = 'cancelled' then least(starts_at, coalesce(confirmed_at, created_at)
        + pick(i, 7, 20) * interval 1 day, as_of_end() - interval 1 hour) end as cancelled_at,
    starts_at + case when pick(i, 8, 5) = 0 then 24 * (1 + pick(i, 9, 4)) else 2 + pick(i, 9, 8) end
        * interval 1 hour as ends_at,
    padded('boat', pick(i, 10, greatest({n} // 1700, 4))) as asset_id,
    padded('customer', pick(i, 11, greatest({n} * 7 // 10, 1))) as customer_key,
    ['direct', 'Sailo', 'GetMyBoat', 'Viator', 'phone', 'GetYourGuide', 'ads', 'partner'][1 + pick(i, 12, 8)] as channel,
    case when pick(i, 13, 10) = 0 then padded('campaign', pick(i, 14, 36)) end as campaign_id,
    1 + pick(i, 15, 10) as guests_aboard, price * 8 // 100 as tax,
    case when pick(i, 16, 5) = 0 then price // 10 end as tip,
    case when pick(i, 12, 8) in (1, 2, 3, 5) then price * 15 // 100 end as commission,
    case when status = 'no_show' or status = 'cancelled' and pick(i, 17, 5) < 2 then price // 4 end
        as cancel_fee,
    starts_at - interval 7 day as free_cancel_until, day - 7 as balance_due_on,
    created_at + pick(i, 18, 300) * interval 1 minute as first_reply_at
from sold order by booking_id

-- dataset: payments
with held as (
    select *, cast(substr(booking_id, 2) as bigint) as i, cast(starts_at as date) as day,
        price * 30 // 100 as deposit
    from bookings where confirmed_at is not null
), parts as (
    select 'd' as mark, i, booking_id, null as invoice_id, confirmed_at + interval 1 hour as received_at,
        deposit - coalesce(commission, 0) as amount, 'deposit' as part, commission as withheld
    from held where pick(i, 30, 100) >= 3
    union all
    select 'b', i, booking_id, null, clock(day + cast(pick(i, 31, 12) as integer) - 8, 20),
        price - deposit, 'balance', null
    from held where status <> 'cancelled' and pick(i, 30, 100) >= 8
    union all
    select 'r', i, booking_id, null, cancelled_at + interval 2 day, -deposit, 'deposit', null
    from held where status = 'cancelled' and pick(i, 30, 100) >= 50
    union all
    select 't', i, booking_id, null, clock(day, 21), tax, 'tax', null
    from held where status = 'completed' and i % 5 = 0
    union all
    select 'g', i, booking_id, null, clock(day, 22), tip, 'tip', null
    from held where status = 'completed' and tip is not null
    union all
    select 'i', cast(substr(invoice_id, 8) as bigint), null, invoice_id,
        clock(issued_on + 5 + cast(pick(cast(substr(invoice_id, 8) as bigint), 32, 40) as integer), 18),
        amount, 'balance', null
    from invoices where pick(cast(substr(invoice_id, 8) as bigint), 33, 100) >= 8
)
select padded('p', i) || mark as payment_id, booking_id, invoice_id, received_at, amount, part,
    withheld, received_at as created_at
from parts where received_at < as_of_end() order by payment_id

-- dataset: general_ledger
with held as (
    select *, cast(substr(booking_id, 2) as bigint) as i,
        cast(starts_at at time zone 'America/Los_Angeles' as date) as day
    from bookings where status in ('completed', 'no_show') 
), received as (
    select i, booking_id, cast(min(received_at) at time zone 'America/Los_Angeles' as date) as day,
        cast(sum(amount) as bigint) as banked, cast(sum(coalesce(withheld, 0)) as bigint) as withheld
    from (select *, cast(substr(booking_id, 2) as bigint) as i from payments
        where booking_id is not null)
    group by i, booking_id
), spent as (
    select i, date '2021-04-01' + cast(i * 1826 // {spent} as integer) as day, pick(i, 40, 20) as a,
        pick(i, 41, 300) as v
    from range({spent}) r (i)
), costed as (
    select *, padded('x', i) as entry_id,
        case when pick(i, 42, 2000) = 0 then '9999' when pick(i, 42, 1000) = 1 then '6999'
            else cast(5000 + a as varchar) end as account,
        (2000 + 37 * ((v * 7 + a * 13) % 100) + pick(i, 43, 300))
            * case when pick(i, 44, 300) = 0 then 9 else 1 end as amount,
        case when pick(i, 45, 400) = 0 and i > 400 then padded('x', i - 400) end as reverses
    from spent
), months as (
    select m, cast(date '2021-04-01' + cast(m as integer) * interval 1 month + interval 4 day as date) as day
    from range(60) r (m)
), lines as (
    select padded('r', i) as entry_id, 1 as line, day, '1010' as account, banked as amount,
        null as vendor, null as document_ref, booking_id, null as reverses from received
    union all
    select padded('r', i), 2, day, '2300', -banked - withheld, null, null, booking_id, null
    from received
    union all
    select padded('r', i), 3, day, '5900', withheld, 'Agencies', padded('statement', i), booking_id, null
    from received where withheld <> 0
    union all
    select padded('e', i), 1, day, '2300', price, null, null, booking_id, null from held
    union all
    select padded('e', i), 2, day, cast(4000 + pick(i, 46, 6) as varchar), -price, null, null,
        case when pick(i, 47, 500) > 0 then booking_id end, null from held
    union all
    select entry_id, 1, day, account, case when reverses is null then amount else -amount end,
        'Vendor ' || v, case when pick(i, 48, 100) >= 3 then padded('receipt', i) end,
        case when pick(i, 49, 5) < 3 then padded('b', i * {n} // {spent}) end, reverses
    from costed
    union all
    select entry_id, 2, day, case when pick(i, 50, 8) = 0 then '2100' else '1010' end,
        case when reverses is null then -amount else amount end, null, null, null, reverses
    from costed
    union all
    select padded('f', m * 20 + a), 1, day, cast(6000 + a as varchar), {n}::bigint * (3 + a), 'Landlord ' || a,
        padded('lease', m * 20 + a), null, null from months, range(20) r (a)
    union all
    select padded('f', m * 20 + a), 2, day, '1010', -({n}::bigint) * (3 + a), null, null, null, null
    from months, range(20) r (a)
    union all
    select padded('l', m), k.line, day, k.account, k.share * cast({n} as bigint), null, null, null, null
    from months, (values (1, '2500', 30), (2, '7000', 9), (3, '3100', 11), (4, '1500', 5),
        (5, '2200', 40), (6, '1020', 15), (7, '1010', -110)) as k (line, account, share)
    union all
    select 'a-opening', k.line, date '2021-04-01', k.account, k.share * cast({n} as bigint), null, null, null, null
    from (values (1, '1010', 3000), (2, '2500', -2000), (3, '3000', -1000)) as k (line, account, share)
    union all
    select padded('u', i), 1, date '2021-04-01' + 900, '5001', 100 * (i + 1), 'Vendor 1', null, null, null
    from range(3) r (i)
)
select entry_id, line, day as posted_on, account, amount, vendor, document_ref, booking_id, reverses,
    entry_id = 'a-opening' as opening, clock(day, 20) as created_at
from lines where day <= date '2026-03-31' order by entry_id, line

-- dataset: chart_of_accounts
select * from (values
    ('1010', 'Operating bank', 'asset', 'bank', 'operating', 'none', 'cash', 'other'),
    ('1020', 'Deposits bank', 'asset', 'bank', 'operating', 'none', 'cash', 'other'),
    ('1200', 'Receivables', 'asset', 'none', 'operating', 'none', 'receivables', 'receivable'),
    ('1500', 'Boats', 'asset', 'none', 'investing', 'none', 'boats', 'capex'),
    ('2100', 'Card', 'liability', 'card', 'operating', 'none', 'cash', 'other'),
    ('2200', 'Sales tax', 'liability', 'none', 'operating', 'none', 'tax', 'tax'),
    ('2300', 'Deferred revenue', 'liability', 'none', 'operating', 'none', 'deferred', 'deferred'),
    ('2500', 'Loan', 'liability', 'none', 'financing', 'none', 'debt', 'principal'),
    ('3000', 'Equity', 'equity', 'none', 'financing', 'none', 'equity', 'other'),
    ('3100', 'Draws', 'equity', 'none', 'financing', 'none', 'equity', 'draw'),
    ('5900', 'Commission', 'expense', 'none', 'operating', 'variable', 'commission', 'commission'),
    ('6999', 'Suspense', 'expense', 'none', 'operating', 'none', 'suspense', 'suspense'),
    ('7000', 'Interest', 'expense', 'none', 'operating', 'fixed', 'interest', 'interest')
) as c (account, name, type, cash, flow, behaviour, category, role)
union all
select cast(4000 + a as varchar), 'Revenue ' || a, 'revenue', 'none', 'operating', 'none', 'revenue',
    'other' from range(6) r (a)
union all
select cast(5000 + a as varchar), 'Cost ' || a, 'expense', 'none', 'operating', 'variable',
    'cost ' || a % 5, 'other' from range(20) r (a)
union all
select cast(6000 + a as varchar), 'Overhead ' || a, 'expense', 'none', 'operating', 'fixed',
    'overhead ' || a % 5, case when a = 7 then 'marketing' else 'other' end from range(20) r (a)
order by account

-- dataset: cash_accounts
select * from (values ('1010', false, date '2026-03-31', 0), ('1020', true, date '2026-03-31', 0),
    ('2100', false, date '2026-03-31', 0)) as c (account, restricted, statement_on, statement_balance)

-- dataset: contracts
select padded('contract', i) as contract_id, padded('client', i) as client_key, 'signed' as status,
    date '2021-04-01' - 5 as signed_on, date '2021-04-01' as starts_on, 10000 + pick(i, 60, 90000) as amount,
    case when pick(i, 62, 9) = 0 then date '2026-03-31' - 40 end as ended_on,
    case when pick(i, 62, 9) = 0 then 'cancelled' end as ended_why,
    'month' as "interval", 'advance' as bill_in, 10 as grace_days
from range({clients}) r (i) order by contract_id

-- dataset: proposals
select padded('proposal', i) as proposal_id, padded('client', i % {clients}) as client_key,
    case when pick(i, 63, 4) = 0 then 'sent' when pick(i, 63, 4) = 1 then 'won' else 'lost' end as stage,
    date '2021-04-01' + cast(i * 1700 // ({clients} * 5) as integer) as sent_on,
    case when pick(i, 63, 4) > 0 then date '2021-04-01' + cast(i * 1700 // ({clients} * 5) + 30 as integer) end
        as decided_on,
    50000 + pick(i, 64, 900000) as amount
from range({clients} * 5) r (i) order by proposal_id

-- dataset: stays
with placed as (
    select i, i % {units} as unit,
        date '2021-04-01' + cast(i // {units} * 7 + pick(i, 65, 2) as integer) as day from range({units} * 265) r (i)
), sold as (select *, cast(1 + pick(i, 66, 5) as integer) as nights from placed)
select padded('stay', i) as stay_id, padded('unit', unit) as unit_id,
    case when pick(i, 67, 30) = 0 then 'owner' when pick(i, 67, 60) = 1 then 'comp' else 'guest' end as kind,
    case when pick(i, 68, 12) = 0 then 'cancelled' when day + nights <= date '2026-03-31' then 'completed'
        else 'confirmed' end as status,
    day as check_in, day + nights as check_out, nights * (9000 + pick(i, 69, 9000)) as rent,
    4500 as cleaning, nights * 1000 as tax, case when i % 3 = 0 then nights * 2000 end as commission,
    case when pick(i, 68, 24) = 0 then 5000 end as cancel_fee,
    case when pick(i, 68, 12) = 0 then clock(day - 9, 18) end as cancelled_at,
    ['direct', 'Sailo', 'GetMyBoat', 'Viator', 'phone', 'GetYourGuide', 'ads', 'partner'][1 + pick(i, 70, 8)] as channel, clock(day - 50, 18) as created_at
from sold where day - 9 < date '2026-03-31' order by stay_id

-- dataset: asset_inventory
select padded('boat', i) as asset_id, 'boat' as kind, 'charter' as category, 'active' as state,
    date '2021-04-01' - 400 as acquired_on, 9000000 as cost, 8000000 as value, date '2026-03-31' - 200 as value_on,
    'market' as basis, 40000 as monthly_cost, null as listed_from, null as equity_in
from range(greatest({n} // 1700, 4)) r (i)
union all
select padded('unit', i), 'unit', 'flat', 'active', date '2021-04-01' - 400, 30000000, 36000000,
    date '2026-03-31' - 200, 'market', 30000, date '2021-04-01', 12000000 from range({units}) r (i)
order by asset_id

-- dataset: asset_blocks
select padded(case when i % 2 = 0 then 'boat' else 'unit' end, pick(i, 71, {units})) as asset_id,
    date '2021-04-01' + cast(pick(i, 72, 1800) as integer) as "from",
    date '2021-04-01' + cast(pick(i, 72, 1800) + 4 as integer) as "to",
    ['owner', 'maintenance', 'laid_up', 'weather'][1 + pick(i, 73, 4)] as reason
from range({units} * 20) r (i) order by asset_id, "from"

-- dataset: crew_assignments
select padded('a', i) as assignment_id, padded('crew', pick(i, 74, {crew})) as crew_key,
    ['captain', 'mate', 'steward'][1 + pick(i, 75, 3)] as role, booking_id, starts_at, ends_at,
    8 as hours, 15000 + pick(i, 76, 9000) as pay_due, cast(starts_at as date) + 14 as pay_due_on,
    case when pick(i, 77, 50) > 0 then 15000 + pick(i, 76, 9000) end as paid,
    case when pick(i, 77, 50) > 0 then cast(starts_at as date) + 10 end as paid_on,
    case when i % 20 = 0 then 0.1 end as share, case when i % 20 = 0 then price end as share_base, created_at
from (select *, cast(substr(booking_id, 2) as bigint) as i from bookings)
where i % 4 = 0 and status in ('completed', 'confirmed') order by assignment_id

-- dataset: crew_availability
select padded('crew', i) as crew_key, date '2026-03-31' - cast(d as integer) as day, 8 as hours,
    case when pick(i * 100 + d, 78, 12) = 0 then 'leave' else 'available' end as kind
from range({crew}) r (i), range(90) s (d) order by crew_key, day

-- dataset: waivers
select booking_id, 'guest 1' as guest_key, starts_at - interval 5 hour as signed_at,
    starts_at + interval 300 day as valid_until, 'v3' as version, created_at
from bookings
where status in ('completed', 'confirmed') and cast(substr(booking_id, 2) as bigint) % 2 = 0
order by booking_id

-- dataset: audience
select padded('contact', i) as contact_key, padded('address', pick(i, 79, greatest({n} // 5, 1))) as address_hash,
    pick(i, 80, 50) > 0 as valid, case when pick(i, 81, 10) > 0 then timestamptz '2022-01-01' end as consent_at,
    case when pick(i, 82, 20) = 0 then timestamptz '2024-01-01' end as suppressed_at,
    case when pick(i, 82, 20) = 0 then 'unsubscribed' end as suppression
from range({n} // 5) r (i) order by contact_key

-- dataset: campaigns
select padded('campaign', i) as campaign_id, case when i % 3 = 0 then 'e-mail' else 'ads' end as channel,
    date '2021-04-01' + cast(i * 50 as integer) as started_on, {n} as spend, {n} // 5 as sent,
    {n} // 6 as delivered, 60 as window_days
from range(36) r (i) order by campaign_id

-- dataset: listings
select padded('listing', i) as listing_id, ['direct', 'Sailo', 'GetMyBoat', 'Viator', 'phone', 'GetYourGuide', 'ads', 'partner'][1 + i % 8] as channel, i % 2 = 0 as agency,
    case when i % 3 = 0 then 'live' else 'planned' end as state, date '2021-04-01' as live_on, 0.15 as fee,
    3000 as set_up, 10 as lead_days, 1.5 as bookings_per_month, 'estimate' as assumption_source
from range(20) r (i) order by listing_id

-- dataset: search_rankings
select 'keyword ' || k as keyword, 'area ' || a as area, date '2026-03-31' - cast(w * 7 as integer) as checked_on,
    'organic' as surface, 1 + pick(k * 100 + a * 10 + w, 83, 20) as rank, 3 as goal
from range(4) r (k), range(3) s (a), range(52) t (w) order by keyword, area, checked_on

-- dataset: budgets
select 'cost ' || c as category, cast(date '2021-04-01' + cast(m as integer) * interval 1 month as date) as month,
    {n}::bigint * 40 as amount
from range(5) r (c), range(61) s (m) order by category, month

-- dataset: targets
select t.metric, cast(date '2021-04-01' + cast(m as integer) * interval 1 month as date) as month, {n}::bigint * 2000 as value
from (values ('revenue_recognised'), ('net_income')) as t (metric), range(70) s (m) order by metric, month

-- dataset: milestones
select 'm' || i as milestone_id, 'ceo' as report, 'Milestone ' || i as title,
    ['net_income', 'confirmed_ahead'][1 + i % 2] as metric, 0 as baseline, 100000 as goal,
    date '2026-03-31' + 100 as due_on
from range(4) r (i) order by milestone_id

-- dataset: projects
select 'project' || i as project_id, 'Project ' || i as title,
    case when i % 2 = 0 then 'done' else 'open' end as state, padded('unit', i) as asset_id,
    date '2021-04-01' + 700 as started_on, date '2021-04-01' + 730 as done_on, 600000 as cost, 9000 as monthly_gain
from range(3) r (i) order by project_id

-- dataset: yacht_deliveries
with drawn as (select i, date '2021-04-01' + cast(pick(i, 84, 1800) as integer) as day from range({clients} * 2) r (i))
select padded('delivery', i) as delivery_id, padded('client', i % {clients}) as client_key, 'done' as status,
    day - 30 as quoted_on, day - 20 as decided_on, clock(day, 15) as departed_at,
    clock(day + cast(1 + pick(i, 85, 8) as integer), 20) as arrived_at, clock(day + 8, 20) as window_end,
    300 + pick(i, 86, 900) as route_nm, 320 + pick(i, 86, 900) as log_nm, 190000 as fee, 110000 as quoted_cost,
    30000 as fuel, 9000 as provisions, 8000 as travel, 7000 as dockage, 2000 as insurance, 1 as weather_days,
    clock(day - 30, 12) as created_at
from drawn where day + 9 < date '2026-03-31' order by delivery_id
