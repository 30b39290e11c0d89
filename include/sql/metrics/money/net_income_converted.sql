-- title: Net income, in one currency
-- unit: money
-- better: up
-- grain: scope
-- inputs: figure, exchange_rates
-- needs: exchange rates of the day into the portfolio's currency
-- formula: net_income of each currency x the newest rate into the portfolio's currency that is not
--   after the end of its period nor more than 7 days before it (setting rate_max_age_days), added up and
--   rounded once
-- reference: ours; statements under ASC 830 take the rates of the days for what is earned and spent
-- owner: finance
select
    numerator,
    denominator,
    currency,
    period_start,
    period_end,
    missing,
    because
from converted_figure
where metric = 'net_income'
