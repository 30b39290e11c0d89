-- title: Burn by month
-- inputs: general_ledger, chart_of_accounts
-- columns: month: day, is_full: boolean, currency: text, receipts: money, payments: money, net_burn: money,
--   financing: money, investing: money, transfers: money
-- needs: a general ledger with its opening entry, and a chart of accounts that says which accounts are cash
-- owner: finance
with apart as (
    select
        b.months_back,
        f.currency,
        sum(case when f.class = 'financing' then f.amount else 0 end) as financing,
        sum(case when f.class = 'investing' then f.amount else 0 end) as investing,
        sum(case when f.class = 'transfer' then f.amount else 0 end) as transfers
    from month_spine as b
    inner join cash_flow as f on b.month <= f.posted_on and b.ends_before > f.posted_on
    group by b.months_back, f.currency
)

select
    b.month,
    b.is_full,
    b.currency,
    b.receipts,
    b.payments,
    cast(coalesce(a.financing, 0) as bigint) as financing,
    cast(coalesce(a.investing, 0) as bigint) as investing,
    cast(coalesce(a.transfers, 0) as bigint) as transfers,
    b.payments - b.receipts as net_burn
from burn_month as b
left join apart as a on b.months_back = a.months_back and b.currency = a.currency
where b.in_history and b.months_back <= 12
order by b.currency, b.month
