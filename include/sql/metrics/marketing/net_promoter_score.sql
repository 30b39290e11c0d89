-- title: Net promoter score
-- unit: score
-- better: up
-- grain: tenant, scope
-- inputs: surveys
-- needs: a survey of customers that asks how likely they are to recommend the business
-- formula: share of answers 9 and 10 less share of answers 0 to 6, in percent (-100 to 100), of the answers
--   given in the month to date
-- reference: Reichheld, The One Number You Need to Grow, Harvard Business Review 12/2003
-- owner: marketing
with answers as (
    select
        s.score,
        cast(s.answered_at at time zone z.name as date) as answered_on
    from surveys as s
    cross join period as p
    cross join zone as z
    where s.answered_at < p.as_of_end and s.created_at < p.as_of_end
)

select
    100 * (count(case when a.score >= 9 then 1 end) - count(case when a.score <= 6 then 1 end)) as numerator,
    count(a.score) as denominator,
    case when count(case when a.score < 0 or a.score > 10 then 1 end) > 0 then 'quality' end as missing,
    case
        when count(case when a.score < 0 or a.score > 10 then 1 end) > 0 then 'an answer is outside 0 to 10'
    end as because
from period as p
left join answers as a on p.month_start <= a.answered_on
