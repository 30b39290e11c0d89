-- title: Renovations with what they brought
-- inputs: projects, asset_inventory, stays, general_ledger, chart_of_accounts, asset_blocks?, bookings?,
--   invoices?, yacht_deliveries?
-- columns: tenant: text, project_id: text, title: text, unit_id: text, started_on: day, done_on: day, cost:
--   money, nights_blocked: count, rent_lost: money, months: count, early: boolean, gain: money, roi: ratio,
--   payback: years, because: text
-- kinds: rental, hotel
-- needs: the projects done on a unit with cost and days, the stays, and a general ledger with its chart of
--   accounts from before the work
-- owner: operations

-- gain: net operating income of a year after the work less that before (over the same months, of which
--   there are months, x 12 / months); roi = gain / (cost + rent_lost), payback its inverse, only where
--   there is a gain.
select
    tenant,
    project_id,
    title,
    unit_id,
    currency,
    started_on,
    done_on,
    cost,
    nights_blocked,
    rent_lost,
    months,
    is_early as early,
    months as gain_denominator,
    case when because is null then (noi_after - noi_before) * 12 end as gain_numerator,
    case when because is null and noi_after > noi_before then (noi_after - noi_before) * 12 end
        as roi_numerator,
    months * (cost + rent_lost) as roi_denominator,
    case when because is null and noi_after > noi_before then months * (cost + rent_lost) end
        as payback_numerator,
    (noi_after - noi_before) * 12 as payback_denominator,
    case
        when because is not null then because
        when noi_after <= noi_before then 'net operating income did not rise'
        when has_shared then 'without costs that name no unit'
    end as because
from renovation
order by done_on asc, tenant asc, project_id asc
