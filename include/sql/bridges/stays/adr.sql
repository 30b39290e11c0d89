-- title: Why ADR moved
-- form: ratio
-- inputs: stays
-- needs: the stays with their rent
-- formula: of each channel and unit its change of rent a night at its share of the nights of now (rate); the
--   rest is mix: nights that moved between channels and units of different rates
select
    tenant,
    currency,
    'guest' as kind,
    channel,
    unit,
    rent as amount,
    nights as quantity
from guest_part
