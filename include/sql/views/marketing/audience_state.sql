-- title: Every row of the mailing lists, with the first reason for which it can't be mailed
-- spared: audience.suppression

-- reason: malformed, duplicate, no consent, unsubscribed, bounced, complained, manual; else reachable. The
-- first row of a folded address stands for the address, all others of it are duplicates. Consent of any row
-- of the address counts; so does suppression, which a later consent does not lift. Businesses that are
-- measured together mail an address once: for the first of them that may.
with known as (
    select
        a.tenant,
        a.contact_key,
        a.address_hash,
        a.valid,
        coalesce(a.consent_at < p.as_of_end, false) as has_consent,
        case
            when coalesce(a.suppressed_at < p.as_of_end, a.suppression is not null)
                then
                    case a.suppression
                        when 'complained' then 1
                        when 'unsubscribed' then 2
                        when 'bounced' then 3
                        else 4
                    end
        end as suppressed_by,
        row_number() over (
            partition by a.tenant, a.address_hash order by a.valid desc, a.created_at asc, a.contact_key asc
        ) as copy
    from audience as a
    cross join period as p
    where a.created_at < p.as_of_end
),

address as (
    select
        *,
        bool_or(has_consent) over (partition by tenant, address_hash) as is_consented,
        min(suppressed_by) over (partition by tenant, address_hash) as suppression_no
    from known
),

judged as (
    select
        tenant,
        contact_key,
        address_hash,
        case
            when not valid then 'malformed'
            when copy > 1 then 'duplicate'
            when not is_consented then 'no consent'
            when suppression_no = 1 then 'complained'
            when suppression_no = 2 then 'unsubscribed'
            when suppression_no = 3 then 'bounced'
            when suppression_no = 4 then 'manual'
            else 'reachable'
        end as own_reason
    from address
)

select
    tenant,
    contact_key,
    case
        when
            own_reason = 'reachable'
            and row_number() over (partition by address_hash, own_reason order by tenant asc) > 1
            then 'duplicate'
        else own_reason
    end as reason
from judged
