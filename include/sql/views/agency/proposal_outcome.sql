-- title: Proposals decided in the last 12 full months: how many, and how many of them were won

-- undated: decided on a day that is not known, and so in neither count.
select
    count(case when is_recent then 1 end) as decided,
    count(case when is_recent and stage = 'won' then 1 end) as won,
    count(case when is_recent is null then 1 end) as undated
from proposals_as_of
