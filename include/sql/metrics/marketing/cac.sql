-- title: Cost of a new customer
-- unit: money
-- better: down
-- grain: tenant, scope
-- inputs: bookings, general_ledger, chart_of_accounts
-- kinds: charter, event, hauling
-- spared: bookings.commission
-- needs: the bookings with their customers, a general ledger, and a chart of accounts that says which
--   accounts are marketing
-- formula: expenses on accounts of the role marketing / customers whose first booking was confirmed, and not
--   cancelled, in the same last 12 full months; beside it with the commissions on what was confirmed in them
-- reference: common use
-- owner: marketing
with spent as (
    select
        e.currency,
        e.amount,
        0 as commission,
        0 as customers,
        0 as told,
        0 as nameless
    from expense_line as e
    cross join period as p
    where e.role = 'marketing' and e.posted_on >= p.full_start_12m and e.posted_on < p.full_end
    union all
    select
        n.currency,
        0 as amount,
        0 as commission,
        1 as customers,
        0 as told,
        0 as nameless
    from new_customer as n
    cross join period as p
    where n.first_day >= p.full_start_12m and n.first_day < p.full_end
    union all
    select
        b.currency,
        0 as amount,
        coalesce(b.commission, 0) as commission,
        0 as customers,
        case when b.commission is null then 0 else 1 end as told,
        case when b.customer_key is null then 1 else 0 end as nameless
    from bookings_as_of as b
    cross join period as p
    where
        b.ever_confirmed
        and b.status <> 'cancelled'
        and coalesce(b.confirmed_day, b.start_day) >= p.full_start_12m
        and coalesce(b.confirmed_day, b.start_day) < p.full_end
    union all
    select
        currency,
        0 as amount,
        0 as commission,
        0 as customers,
        0 as told,
        0 as nameless
    from tenant
),

summed as (
    select
        s.currency,
        cast(sum(s.amount) as bigint) as amount,
        cast(sum(s.commission) as bigint) as commission,
        cast(sum(s.customers) as bigint) as customers,
        cast(sum(s.told) as bigint) as told,
        cast(sum(s.nameless) as bigint) as nameless
    from spent as s
    group by s.currency
),

scale as (
    select
        currency,
        cast(length(cast(max(minor_units) as varchar)) - 1 as integer) as places,
        max(minor_units) as minor
    from tenant
    group by currency
),

-- The two amounts that are told beside the value, in minor units; whole, then the places of the currency.
beside as (
    select
        s.*,
        coalesce(c.minor, 1) as minor,
        coalesce(c.places, 0) as places,
        case
            when s.customers = 0 then s.amount
            else (2 * (s.amount + s.commission) + s.customers) // (2 * s.customers)
        end as told_amount
    from summed as s
    left join scale as c on s.currency = c.currency
),

worded as (
    select
        *,
        told_amount // minor
        || case
            when places = 0 then ''
            else '.' || lpad(cast(abs(told_amount) % minor as varchar), places, '0')
        end
        || ' ' || currency as money
    from beside
)

select
    w.currency,
    w.amount as numerator,
    w.customers as denominator,
    p.full_start_12m as period_start,
    p.full_end - 1 as period_end,
    case
        when w.customers = 0 then 'no new customer; spent on marketing: ' || w.money
        when w.told = 0 then w.customers || ' new'
        else w.customers || ' new; with commissions ' || w.money
    end
    || case when w.nameless > 0 then '; bookings without a customer, left out: ' || w.nameless else '' end
        as because
from worded as w
cross join period as p
