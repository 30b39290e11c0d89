-- title: Why monthly recurring revenue moved
-- form: recurring
-- inputs: contracts
-- needs: the contracts with fee, interval and signature
-- formula: fees a month by client: new (none before), lost (none now), expansion, contraction; paused and
--   resumed where a contract of theirs pauses
select
    tenant,
    currency,
    'active' as kind,
    client_key as client,
    cast(sum(year_amount) as bigint) as amount_numerator,
    12 as amount_denominator
from contracts_as_of
where is_active
group by tenant, currency, client_key
union all
select distinct
    c.tenant,
    c.currency,
    'paused' as kind,
    c.client_key as client,
    0 as amount_numerator,
    1 as amount_denominator
from contracts_as_of as c
cross join period as p
where c.is_signed and c.is_paused and (c.stop_day is null or c.stop_day > p.as_of)
