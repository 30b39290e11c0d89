-- title: Contribution on advertising spend
-- unit: ratio
-- better: up
-- grain: tenant, scope
-- inputs: campaigns, bookings, general_ledger?, chart_of_accounts?
-- kinds: charter, event, hauling
-- spared: bookings.commission
-- needs: the campaigns with their spend, the bookings that name them, and what a booking costs: a ledger
--   with a chart of accounts, or the setting other_variable_cost
-- formula: (prices - commissions - other variable cost a booking) of the bookings attributed to a campaign
--   / its spend, over the campaigns of roas; other variable cost is the setting other_variable_cost, else
--   the ledger's variable costs without commissions / bookings done, last 12 full months
-- reference: common use
-- owner: marketing
with sold as (
    select
        a.tenant,
        c.currency,
        cast(sum(a.price - coalesce(a.commission, 0)) as hugeint) as kept,
        count(*) as bookings
    from campaign_result as c
    inner join campaign_claim as a
        on c.tenant = a.campaign_tenant and c.campaign_id = a.campaign_id and a.is_attributed
    where c.is_recent and c.spend > 0 and a.currency = c.currency
    group by a.tenant, c.currency
),

-- In millionths of a minor unit: each business divides by bookings of its own.
brought as (
    select
        s.currency,
        sum(s.bookings) as bookings,
        count(case when v.denominator is null then 1 end) as unknown,
        sum(
            s.kept * 1000000
            - (2 * s.bookings * cast(v.numerator as hugeint) * 1000000 + v.denominator) // (2 * v.denominator)
        ) as contribution
    from sold as s
    left join unit_variable_cost as v on s.tenant = v.tenant and s.currency = v.currency
    group by s.currency
),

spent as (
    select
        t.currency,
        cast(coalesce(sum(r.spend), 0) as hugeint) as spend
    from (select distinct currency from tenant) as t
    left join campaign_result as r on t.currency = r.currency and r.is_recent
    group by t.currency
)

select
    s.currency,
    p.full_start_12m as period_start,
    p.as_of as period_end,
    coalesce(b.contribution, 0) as numerator,
    s.spend * 1000000 as denominator,
    case when b.unknown > 0 and s.spend > 0 then 'no_history' end as missing,
    case
        when s.spend = 0 then 'nothing was spent on campaigns of the last 12 full months or since'
        when b.unknown > 0 then 'what a booking costs is in no ledger, and in no setting other_variable_cost'
        else coalesce(b.bookings, 0) || ' bookings'
    end as because
from spent as s
cross join period as p
left join brought as b on s.currency = b.currency
