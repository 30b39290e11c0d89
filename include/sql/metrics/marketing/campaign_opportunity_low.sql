-- title: Worth of a mailing to everyone who may be mailed, low
-- unit: money
-- better: up
-- grain: scope
-- inputs: bookings, audience?, campaigns?
-- kinds: charter, event
-- spared: audience.suppression
-- needs: the mailing list with consents and suppressions, mailings with what was delivered, and the
--   bookings that name them
-- formula: people who may be mailed x lower bound of the 95 % Wilson interval of attributed bookings /
--   messages delivered, over all mailings x first quartile (nearest rank) of the prices of bookings done in
--   the last 12 full months
-- reference: Wilson 1927, 95 %
-- owner: marketing
select
    c.currency,
    c.whole as denominator,
    p.full_start_12m as period_start,
    p.as_of as period_end,
    c.missing,
    c.contacts * c.low_bound * c.first_quartile as numerator,
    coalesce(
        c.because,
        c.contacts || ' contacts x ' || (200000 * c.low_bound + c.whole) // (2 * c.whole) // 1000 || '.'
        || lpad(cast((200000 * c.low_bound + c.whole) // (2 * c.whole) % 1000 as varchar), 3, '0')
        || ' % (' || c.k || ' bookings of ' || c.n || ' delivered) x P25 of ' || c.orders || ' orders'
    ) as because
from campaign_response as c
cross join period as p
