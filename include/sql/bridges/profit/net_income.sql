-- title: Why net income moved
-- form: sum
-- inputs: general_ledger, chart_of_accounts, bookings | stays | invoices | yacht_deliveries
-- needs: a general ledger, a chart of accounts, and what was sold
-- formula: revenue as in its own bridge (volume, then mix, then price); expenses by category of the chart of
--   accounts, more of them negative
select
    tenant,
    currency,
    kind,
    channel,
    null as category,
    noun,
    quantity_numerator,
    quantity_denominator,
    amount
from revenue_part
union all
select
    e.tenant,
    e.currency,
    'expense' as kind,
    null as channel,
    coalesce(e.category, 'accounts not in the chart') as category,
    null as noun,
    null as quantity_numerator,
    null as quantity_denominator,
    -cast(sum(e.amount) as bigint) as amount
from expense_line as e
cross join period as p
where e.posted_on >= p.month_start
group by e.tenant, e.currency, coalesce(e.category, 'accounts not in the chart')
