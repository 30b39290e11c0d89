-- title: The case for mailing everyone who may be mailed
-- inputs: bookings, audience?, campaigns?
-- columns: step: text, low: text, high: text, because: text
-- kinds: charter, event
-- spared: audience.suppression
-- needs: the mailing list with consents and suppressions, mailings with what was delivered, and the bookings
--   that name them
-- owner: marketing

-- The worth as a product of three, each with what it rests on. The worth itself is the metrics
-- campaign_opportunity_low and _high. Amounts in the currency of the list's business.
with assumption as (
    select
        c.*,
        (200000 * c.low_bound + c.whole) // (2 * c.whole) as low_rate,
        (200000 * c.high_bound + c.whole) // (2 * c.whole) as high_rate
    from campaign_response as c
    where c.listed > 0
)

select
    1 as place,
    currency,
    'people who may be mailed' as step,
    cast(contacts as varchar) as low,
    cast(contacts as varchar) as high,
    'of ' || listed || ' on the list: valid, consented, not suppressed, each once' as because
from assumption
union all
select
    2 as place,
    currency,
    'bookings for a message delivered' as step,
    low_rate // 1000 || '.' || lpad(cast(low_rate % 1000 as varchar), 3, '0') || ' %' as low,
    high_rate // 1000 || '.' || lpad(cast(high_rate % 1000 as varchar), 3, '0') || ' %' as high,
    case
        when missing is null then k || ' bookings of ' || n || ' delivered; 95 % Wilson interval'
        else because
    end as because
from assumption
union all
select
    3 as place,
    currency,
    'worth of an order' as step,
    first_quartile // minor_units || ' ' || currency as low,
    third_quartile // minor_units || ' ' || currency as high,
    case
        when orders is not null then 'first and third quartile of ' || orders || ' orders of 12 full months'
        else because
    end as because
from assumption
order by currency asc, place asc
