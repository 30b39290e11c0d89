-- title: Property, profit and loss by month
-- inputs: stays, general_ledger, chart_of_accounts, bookings?, invoices?, yacht_deliveries?
-- columns: tenant: text, month: day, is_full: boolean, rent: money, cleaning: money, other_income: money,
--   income: money, operating_cost: money, noi: money, debt_service: money, cash_flow: money
-- kinds: rental, hotel
-- needs: the stays with their rent, and a general ledger with its chart of accounts
-- owner: operations

-- The last 12 full months and the running one, oldest first; other_income: fees kept, and what is no stay.
-- cash_flow = noi - debt_service; operating costs by category are in property_costs_by_month.
select
    tenant,
    currency,
    month,
    rent,
    cleaning,
    other_income,
    income,
    operating_cost,
    noi,
    debt_service,
    months_back >= 1 as is_full,
    noi - debt_service as cash_flow
from property_month
order by tenant asc, currency asc, month asc
