-- title: Pipeline coverage
-- unit: ratio
-- better: up
-- grain: tenant
-- inputs: targets, bookings | proposals, bookings | invoices, stays?, yacht_deliveries?
-- kinds: charter, event, hauling, hotel, agency
-- needs: a target for revenue_recognised of the running month, and the bookings (or proposals and invoices)
-- formula: pipeline_value (at an agency: open proposals) / (target of the running month - revenue
--   recognised in it so far); nothing to divide by once the target is met. Needed: pipeline_coverage_needed
-- reference: pipeline coverage, common use
-- owner: sales
with sums as (
    select
        count(*) as targets,
        coalesce(sum(pipeline), 0) as pipeline,
        coalesce(sum(to_earn), 0) as to_earn
    from pipeline_to_target
)

select
    cast(pipeline as bigint) as numerator,
    cast(to_earn as bigint) as denominator,
    case when targets = 0 then 'no_data' when to_earn <= 0 then 'zero_denominator' end as missing,
    case
        when targets = 0 then 'no target for revenue_recognised of the running month'
        when to_earn <= 0 then 'the target of the month is met'
    end as because
from sums
