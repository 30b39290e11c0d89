-- title: Expenses that look entered twice: each beyond the first, with the entry that it repeats

-- The same vendor, account and amount within 7 days in another entry, or the same document of the same
-- vendor in another entry. What was taken back is out, and so is a rhythm: a posting that comes at the
-- distance (to a day) of the posting before or after it, such as a weekly payment; the same document never
-- is one. Lines of one entry don't repeat each other.
with alike as (
    select
        tenant,
        account,
        vendor_key,
        currency,
        amount
    from expense_posting
    where amount > 0 and not is_reversed and vendor_key is not null
    group by tenant, account, vendor_key, currency, amount
    having count(*) > 1
),

posting as (
    select
        e.tenant,
        e.entry_id,
        e.account,
        e.vendor_key,
        e.currency,
        e.amount,
        min(e.posted_on) as posted_on
    from expense_posting as e
    inner join alike as a
        on
            e.tenant = a.tenant
            and e.account = a.account
            and e.vendor_key = a.vendor_key
            and e.currency = a.currency
            and e.amount = a.amount
    where not e.is_reversed
    group by e.tenant, e.entry_id, e.account, e.vendor_key, e.currency, e.amount
),

neighbour as (
    select
        *,
        lag(entry_id) over (
            partition by tenant, vendor_key, account, currency, amount order by posted_on, entry_id
        ) as repeated_entry,
        lag(posted_on) over (
            partition by tenant, vendor_key, account, currency, amount order by posted_on, entry_id
        ) as repeated_on,
        lag(posted_on, 2) over (
            partition by tenant, vendor_key, account, currency, amount order by posted_on, entry_id
        ) as before_that_on,
        lead(posted_on) over (
            partition by tenant, vendor_key, account, currency, amount order by posted_on, entry_id
        ) as next_on
    from posting
),

spaced as (
    select
        *,
        date_diff('day', repeated_on, posted_on) as days_since,
        date_diff('day', before_that_on, repeated_on) as days_before,
        date_diff('day', posted_on, next_on) as days_after
    from neighbour
),

close as (
    select
        *,
        days_since > 0
        and (
            coalesce(days_before > 0 and abs(days_before - days_since) <= 1, false)
            or coalesce(days_after > 0 and abs(days_after - days_since) <= 1, false)
        ) as is_rhythm
    from spaced
    where days_since <= 7
),

shared_document as (
    select
        tenant,
        vendor_key,
        document_ref
    from expense_posting
    where amount > 0 and not is_reversed and document_ref is not null
    group by tenant, vendor_key, document_ref
    having count(*) > 1
),

document as (
    select
        e.tenant,
        e.entry_id,
        e.vendor_key,
        e.document_ref,
        min(e.posted_on) as posted_on
    from expense_posting as e
    inner join shared_document as s
        on
            e.tenant = s.tenant
            and e.vendor_key is not distinct from s.vendor_key
            and e.document_ref = s.document_ref
    where e.amount > 0 and not e.is_reversed
    group by e.tenant, e.entry_id, e.vendor_key, e.document_ref
),

reused as (
    select
        *,
        first_value(entry_id) over (
            partition by tenant, vendor_key, document_ref order by posted_on, entry_id
        ) as repeated_entry
    from document
)

select
    e.tenant,
    e.entry_id,
    e.line,
    e.posted_on,
    e.account,
    e.name,
    e.vendor,
    e.document_ref,
    e.currency,
    e.amount,
    coalesce(r.repeated_entry, c.repeated_entry) as repeated_entry,
    case
        when r.entry_id is not null then 'document ' || e.document_ref || ' is in entry ' || r.repeated_entry
        when c.days_since = 0 then 'the same as entry ' || c.repeated_entry || ' of the same day'
        else 'the same as entry ' || c.repeated_entry || ', days before: ' || c.days_since
    end as why
from expense_posting as e
left join close as c
    on
        e.tenant = c.tenant
        and e.entry_id = c.entry_id
        and e.account = c.account
        and e.vendor_key = c.vendor_key
        and e.currency = c.currency
        and e.amount = c.amount
        and not c.is_rhythm
left join reused as r
    on
        e.tenant = r.tenant
        and e.entry_id = r.entry_id
        and e.vendor_key is not distinct from r.vendor_key
        and e.document_ref = r.document_ref
        and r.entry_id <> r.repeated_entry
where
    e.amount > 0
    and not e.is_reversed
    and (c.entry_id is not null or r.entry_id is not null)
