-- title: Lines of the general ledger that were known and posted by the as-of day, with their account
-- kept: no
-- spared: general_ledger.other_tenant, general_ledger.reverses

-- A line on an account that the chart doesn't know has nothing from it (is_unmapped).
select
    l.tenant,
    l.entry_id,
    l.line,
    l.posted_on,
    l.account,
    l.currency,
    l.amount,
    l.vendor,
    l.memo,
    l.document_ref,
    l.booking_id,
    l.invoice_id,
    l.delivery_id,
    l.project_id,
    l.stay_id,
    l.asset_id,
    l.other_tenant,
    l.reverses,
    c.name,
    c.type,
    c.cash,
    c.flow,
    c.behaviour,
    c.category,
    c.role,
    c.account is null as is_unmapped,
    coalesce(l.opening, false) as is_opening,
    coalesce(c.is_cash, false) as is_cash
from general_ledger as l
cross join period as p
left join account as c on l.tenant = c.tenant and l.account = c.account
where l.posted_on <= p.as_of and l.created_at < p.as_of_end
