-- title: Why net burn moved
-- form: sum
-- inputs: general_ledger, chart_of_accounts
-- needs: a general ledger with its opening entry, and a chart of accounts that says which accounts are cash
--   and what each belongs to
-- formula: operating payments and receipts of the last full month by category of the chart of accounts and
--   business; more receipts are negative
select
    l.tenant,
    l.currency,
    l.kind,
    l.category,
    cast(sum(l.amount) as bigint) as amount
from operating_line as l
cross join period as p
where l.paid_on >= p.full_start and l.paid_on < p.full_end
group by l.tenant, l.currency, l.kind, l.category
