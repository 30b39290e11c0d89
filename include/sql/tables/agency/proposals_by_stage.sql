-- title: Proposals by stage (won and lost: of the last 12 full months)
-- inputs: proposals
-- columns: stage: text, proposals: count, amount: money, median_age: days
-- kinds: agency
-- needs: the proposals with stage, worth, and the days on which each was sent and decided
-- owner: sales

-- The age is of those whose day is known: since they were sent, of decided ones until the decision; the
-- median by nearest rank, the lower of the two in the middle.
with stage as (
    select
        t.place,
        t.stage
    from (values (1, 'draft'), (2, 'sent'), (3, 'negotiating'), (4, 'won'), (5, 'lost')) as t (place, stage)
),

shown as (
    select
        currency,
        stage,
        amount,
        days,
        count(days) over (partition by currency, stage) as places,
        row_number() over (partition by currency, stage order by days asc nulls last) as place
    from proposals_as_of
    where is_open or is_recent
),

sums as (
    select
        currency,
        stage,
        cast(sum(amount) as bigint) as amount,
        count(*) as proposals,
        min(case when 2 * place >= places and 2 * place <= places + 1 then days end) as median_age
    from shown
    group by currency, stage
),

currencies as (
    select currency from tenant
    union distinct
    select currency from shown
)

select
    c.currency,
    t.stage,
    s.median_age,
    coalesce(s.proposals, 0) as proposals,
    coalesce(s.amount, 0) as amount
from currencies as c
cross join stage as t
left join sums as s on c.currency = s.currency and t.stage = s.stage
order by c.currency asc, t.place asc
