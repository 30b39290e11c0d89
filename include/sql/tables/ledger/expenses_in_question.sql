-- title: Expenses in question
-- inputs: general_ledger, chart_of_accounts
-- columns: tenant: text, posted_on: day, entry_id: text, line: count, vendor: text, account: text, name:
--   text, currency: text, amount: money, reason: text, why: text
-- spared: general_ledger.opening
-- needs: a general ledger whose expense lines name the vendor and the document
-- owner: finance

-- An expense with two reasons is there twice.
with noted as (
    select
        tenant,
        posted_on,
        entry_id,
        line,
        vendor,
        account,
        name,
        currency,
        amount,
        'looks entered twice' as reason,
        why
    from expense_duplicate
    union all
    select
        tenant,
        posted_on,
        entry_id,
        line,
        vendor,
        account,
        name,
        currency,
        amount,
        'out of pattern' as reason,
        cast(amount * 100 // usual as varchar) || ' % of what is usual, of ' || known || ' expenses' as why
    from expense_pattern
    where is_outlier
    union all
    select
        tenant,
        posted_on,
        entry_id,
        line,
        vendor,
        account,
        name,
        currency,
        amount,
        'without a receipt' as reason,
        case when is_lodging then 'lodging needs one at any amount' else 'no document is named' end as why
    from expense_receipt
    where not has_receipt
    union all
    select
        e.tenant,
        e.posted_on,
        e.entry_id,
        e.line,
        e.vendor,
        e.account,
        e.name,
        e.currency,
        e.amount,
        'uncategorised' as reason,
        case when e.is_unmapped then 'the account is not in the chart' else 'on a suspense account' end as why
    from expense_posting as e
    inner join expense_uncategorised as u
        on e.tenant = u.tenant and e.account = u.account and e.currency = u.currency and u.amount > 0
    where (e.is_unmapped or e.role = 'suspense') and e.amount > 0 and not e.is_reversed
)

select
    tenant,
    posted_on,
    entry_id,
    line,
    vendor,
    account,
    name,
    currency,
    amount,
    reason,
    why
from noted
order by tenant asc, posted_on asc, entry_id asc, line asc, reason asc
