-- title: Margin of jobs
-- unit: money
-- better: up
-- grain: tenant, scope
-- inputs: bookings, general_ledger, chart_of_accounts
-- kinds: hauling
-- spared: bookings.confirmed_at
-- needs: the job (booking) on each cost line of the general ledger
-- formula: sum of the prices of the jobs done in the month to date, less the expense lines posted by the
--   as-of day that name one of these jobs; where no expense line names a job the cost of jobs isn't known
-- reference: job costing
-- owner: finance
with costs as (
    select
        l.tenant,
        l.booking_id,
        l.currency,
        l.amount
    from general_ledger as l
    cross join period as p
    inner join chart_of_accounts as c
        on l.tenant = c.tenant and l.account = c.account
    where
        c.type = 'expense'
        and l.booking_id is not null
        and l.posted_on <= p.as_of
        and l.created_at < p.as_of_end
),

jobs as (
    select
        b.tenant,
        b.booking_id,
        b.currency,
        b.price
    from bookings_as_of as b
    cross join period as p
    where
        b.status = 'completed'
        and b.last_day >= p.month_start
        and b.last_day <= p.as_of
),

amounts as (
    select
        currency,
        price as amount
    from jobs
    union all
    select
        c.currency,
        -c.amount as amount
    from costs as c
    inner join jobs as j
        on c.tenant = j.tenant and c.booking_id = j.booking_id
    union all
    select
        currency,
        0 as amount
    from tenant
),

costed as (
    select count(*) as lines_with_job
    from costs
)

select
    a.currency,
    cast(sum(a.amount) as bigint) as value,
    case when c.lines_with_job = 0 then 'no_data' end as missing,
    case when c.lines_with_job = 0 then 'no cost line of the ledger names its job' end as because
from amounts as a
cross join costed as c
group by a.currency, c.lines_with_job
