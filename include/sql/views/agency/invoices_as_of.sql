-- title: Invoices and credits that were issued by the end of the as-of day and are not void
-- spared: invoices.due_on, invoices.terms_days, invoices.applies_to, invoices.disputed_on,
--   invoices.settled_on, invoices.void_on

-- due_day: as printed, else issue + terms, else the day of issue. is_disputed: on that day.
select
    i.tenant,
    i.invoice_id,
    i.client_key,
    i.kind,
    i.applies_to,
    i.currency,
    i.amount,
    i.issued_on,
    coalesce(i.due_on, i.issued_on + cast(coalesce(i.terms_days, 0) as integer)) as due_day,
    date_diff(
        'day', coalesce(i.due_on, i.issued_on + cast(coalesce(i.terms_days, 0) as integer)), p.as_of
    ) as days_overdue,
    coalesce(i.disputed_on <= p.as_of, false)
    and not coalesce(i.settled_on <= p.as_of, false) as is_disputed
from invoices as i
cross join period as p
where
    i.issued_on <= p.as_of
    and i.created_at < p.as_of_end
    and not coalesce(i.void_on <= p.as_of, false)
