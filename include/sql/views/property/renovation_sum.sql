-- title: Renovations together, by currency: a year's gain, and what they cost

-- gain is that of a year times 2310 (27720, the least common multiple of 1 to 12, over 12), exactly; spent
-- is the cost with the rent lost. Projects of which nothing is known yet are left out and named.
with sums as (
    select
        t.currency,
        cast(
            coalesce(
                sum((r.noi_after - r.noi_before) * (27720 // greatest(r.months, 1))) filter (
                    where r.because is null
                ),
                0
            ) as hugeint
        ) as gain,
        cast(coalesce(sum(r.cost + r.rent_lost) filter (where r.because is null), 0) as hugeint) as spent,
        count(r.project_id) as projects,
        count(r.project_id) filter (where r.because is null) as known,
        min(r.after_first) filter (where r.because is null) as period_start,
        max(r.after_last) filter (where r.because is null) as period_end,
        string_agg(r.project_id || ': ' || r.because, '; ' order by r.tenant, r.project_id) filter (
            where r.because is not null
        ) as unknown,
        string_agg(
            r.project_id || ' (' || r.months || ' of 12 months)', ', ' order by r.tenant, r.project_id
        ) filter (
            where r.because is null and r.is_early
        ) as early,
        string_agg(
            r.project_id || ' (' || r.months || ' months)', ', ' order by r.tenant, r.project_id
        ) filter (
            where r.because is null and not r.is_early and r.months < 12
        ) as short,
        coalesce(bool_or(r.has_shared), false) as has_shared
    from (
        select currency from tenant
        union
        select currency from renovation
    ) as t
    left join renovation as r on t.currency = r.currency
    group by t.currency
),

noted as (
    select
        *,
        case when early is not null then 'early: ' || early end as early_note,
        case when short is not null then 'a year at the rate of ' || short end as short_note,
        case when unknown is not null then 'without ' || unknown end as unknown_note,
        case when has_shared then 'without costs that name no unit' end as shared_note
    from sums
)

select
    currency,
    gain,
    spent,
    period_start,
    period_end,
    case
        when projects = 0 then 'zero_denominator'
        when known = 0 then 'no_history'
        when gain <= 0 then 'not_reached'
    end as missing,
    case
        when projects = 0 then 'no renovation is done'
        when known = 0 then unknown
        when gain <= 0 then 'net operating income did not rise'
        else nullif(concat_ws('; ', early_note, short_note, unknown_note, shared_note), '')
    end as because
from noted
