-- title: Collection risk by client
-- inputs: invoices, payments
-- columns: tenant: text, client_key: text, open: money, overdue: money, days_beyond_terms: days,
--   over_60_days: money, disputed: money, score: score
-- kinds: agency
-- needs: the invoices with their due day, and the payments with the invoice that each is for
-- owner: finance
select
    tenant,
    client_key,
    currency,
    open,
    overdue,
    over_60 as over_60_days,
    disputed,
    open_days as days_beyond_terms_numerator,
    open as days_beyond_terms_denominator,
    score_numerator,
    score_denominator
from collection_risk
where open > 0
order by
    cast(score_numerator as hugeint) * 1000000 // score_denominator desc,
    open desc,
    tenant asc,
    client_key asc
