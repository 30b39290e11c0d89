-- title: Property, operating costs by category and month
-- inputs: stays, general_ledger, chart_of_accounts, bookings?, invoices?, yacht_deliveries?
-- columns: tenant: text, category: text, month: day, is_full: boolean, amount: money
-- kinds: rental, hotel
-- needs: the stays with their rent, and a general ledger with its chart of accounts
-- owner: operations

-- The months of property_pl_by_month; a month's amounts add up to its operating_cost.
select
    l.tenant,
    l.category,
    l.currency,
    m.month,
    cast(-sum(l.amount) as bigint) as amount,
    m.months_back >= 1 as is_full
from property_line as l
inner join month_spine as m on l.day >= m.month and l.day < m.ends_before
where l.part = 'cost' and m.months_back <= 12
group by l.tenant, l.category, l.currency, m.month, m.months_back
order by l.tenant asc, l.currency asc, l.category asc, m.month asc
