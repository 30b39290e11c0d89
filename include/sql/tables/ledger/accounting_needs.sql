-- title: What the books need to be closed
-- inputs: general_ledger, chart_of_accounts, cash_accounts?, asset_inventory?, bookings?, stays?
-- columns: need: text, met: boolean, lacking_at: text
-- spared: general_ledger.vendor, general_ledger.document_ref, general_ledger.opening,
--   asset_inventory.category, asset_inventory.value, asset_inventory.cost
-- needs: a general ledger and a chart of accounts
-- owner: finance
select
    place,
    need,
    bool_and(is_met) as met,
    string_agg(case when not is_met then tenant end, ', ' order by tenant) as lacking_at
from readiness_check
group by place, need
order by place
