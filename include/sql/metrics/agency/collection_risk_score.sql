-- title: Collection risk (the worst client's)
-- unit: score
-- better: down
-- grain: tenant, scope
-- inputs: invoices, payments
-- kinds: agency
-- needs: the invoices with their due day, and the payments with the invoice that each is for
-- formula: the highest of the clients' scores: 40 x overdue share of what is open + 30 x min(days beyond
--   terms, 90) / 90 + 20 x share overdue by more than 60 days + 10 x disputed share, 0 to 100; days beyond
--   terms: mean of the days overdue, weighted by what is open. A mean over clients would hide the one to
--   act on
-- reference: accounts receivable; D&B (days beyond terms)
-- owner: finance
with ranked as (
    select
        client_key,
        score_numerator,
        score_denominator,
        row_number() over (
            order by
                cast(score_numerator as hugeint) * 1000000 // score_denominator desc,
                open desc,
                client_key asc
        ) as place
    from collection_risk
    where open > 0
),

counts as (
    select
        count(*) as clients,
        count(case when open > 0 then 1 end) as owing
    from collection_risk
)

select
    p.as_of as period_start,
    p.as_of as period_end,
    r.score_numerator as numerator,
    r.score_denominator as denominator,
    case
        when c.clients = 0 then 'no_history'
        when c.owing = 0 then 'zero_denominator'
    end as missing,
    case
        when c.clients = 0 then 'no client was invoiced yet'
        when c.owing = 0 then 'no invoice is open'
        else 'client ' || r.client_key || ', of ' || c.owing || ' with an open invoice'
    end as because
from counts as c
cross join period as p
left join ranked as r on r.place = 1
