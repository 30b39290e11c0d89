-- title: Review score
-- unit: score
-- better: up
-- grain: tenant, scope
-- inputs: reviews
-- kinds: charter, event, hauling, rental, hotel, yacht_delivery
-- needs: the reviews published by guests, with score and scale
-- formula: mean of the scores published in the month to date, each brought to a scale of 5 by the best score
--   that its channel allows
-- reference: common use
-- owner: marketing
with published as (
    select
        cast(round(r.score * 1000, 0) as bigint) as score,
        cast(round(r.best * 1000, 0) as bigint) as best
    from reviews as r
    cross join period as p
    where
        r.published_on >= p.month_start
        and r.published_on <= p.as_of
        and r.created_at < p.as_of_end
        and r.best > 0
)

select
    cast(coalesce(sum(score * 5000000 // best), 0) as bigint) as numerator,
    1000000 * count(*) as denominator
from published
