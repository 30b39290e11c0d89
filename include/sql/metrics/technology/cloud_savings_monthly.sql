-- title: Cloud cost that could be saved a month
-- unit: money
-- better: down
-- grain: scope
-- inputs: cloud_usage, price_table, cloud_buckets?
-- needs: what the cloud's resources use, and a price table for it
-- formula: for each resource billed units x price - what paying by use would cost, if that is less; 730 hours
--   a month, in USD. Of a table's units those in the setting dynamodb_free_units (25) are free. The
--   arithmetic is in the table cloud_savings
-- reference: AWS price pages
-- owner: engineering
select
    'USD' as currency,
    p.as_of as period_start,
    p.as_of as period_end,
    coalesce(sum(s.saving), 0) * 100 as value,
    case
        when count(s.lacks) > 0
            then 'without ' || count(s.lacks) || ' resources: of each a price or its use is not known'
    end as because
from period as p
left join cloud_saving as s on true
group by p.as_of
