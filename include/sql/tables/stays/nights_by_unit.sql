-- title: Nights by unit, last 12 full months
-- inputs: stays, asset_inventory, asset_blocks?
-- columns: tenant: text, unit_id: text, listed: count, sold: count, owner: count, blocked: count,
--   given: count, free: count, occupancy_paid: ratio, occupancy_adjusted: ratio, adr: money, revpar: money
-- kinds: rental, hotel
-- needs: the stays, and how many units were listed and since when
-- owner: operations

-- The last 12 full months together. sold, owner's, blocked, given (free of charge) and free nights add up
-- to the listed ones, unless the stays contradict the list of units or the blocks.
select
    tenant,
    currency,
    unit_id,
    cast(sum(listed) as bigint) as listed,
    cast(sum(sold) as bigint) as sold,
    cast(sum(owner_nights) as bigint) as owner,
    cast(sum(blocked) as bigint) as blocked,
    cast(sum(given) as bigint) as given,
    cast(sum(free) as bigint) as free,
    cast(sum(sold) as bigint) as occupancy_paid_numerator,
    cast(sum(listed) as bigint) as occupancy_paid_denominator,
    cast(sum(sold) as bigint) as occupancy_adjusted_numerator,
    cast(sum(open_nights) as bigint) as occupancy_adjusted_denominator,
    cast(sum(rent) as bigint) as adr_numerator,
    cast(sum(sold) as bigint) as adr_denominator,
    cast(sum(rent) as bigint) as revpar_numerator,
    cast(sum(listed) as bigint) as revpar_denominator
from night_month
where months_back >= 1
group by tenant, currency, unit_id
order by tenant asc, currency asc, unit_id asc
