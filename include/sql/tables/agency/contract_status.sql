-- title: Contracts and where they stand
-- inputs: contracts
-- columns: tenant: text, contract_id: text, client_key: text, stands: text, starts_on: day, last_day: day,
--   amount: money, interval: text
-- kinds: agency
-- needs: the contracts with signature, term and fee
-- owner: sales
with judged as (
    select
        c.*,
        case
            when c.status = 'draft' then 'draft'
            when c.stop_day <= p.as_of or c.status = 'ended' and c.stop_day is null then 'ended'
            when not c.is_signed and c.starts_on <= p.as_of then 'unsigned, work has begun'
            when not c.is_signed then 'unsigned'
            when c.is_paused then 'paused'
            when c.starts_on > p.as_of then 'signed, to begin'
            when c.stop_day <= p.as_of + 61 then 'ending within 60 days'
            else 'active'
        end as stands
    from contracts_as_of as c
    cross join period as p
)

select
    tenant,
    contract_id,
    client_key,
    stands,
    starts_on,
    currency,
    amount,
    interval,
    cast(stop_day - interval 1 day as date) as last_day
from judged
order by tenant asc, starts_on asc, contract_id asc
