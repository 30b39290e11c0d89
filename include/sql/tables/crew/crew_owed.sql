-- title: Crew who are owed pay or a share
-- inputs: crew_assignments
-- columns: tenant: text, crew_key: text, role: text, jobs: count, unpaid: money, share_owed: money,
--   oldest_due: day
-- kinds: charter, event, yacht_delivery
-- spared: crew_assignments.share, crew_assignments.share_base
-- needs: the crew's assignments with pay, the day that it fell due, and what was paid when
-- owner: operations
select
    tenant,
    crew_key,
    role,
    currency,
    cast(sum(unpaid) as bigint) as unpaid,
    cast(sum(share_owed) as bigint) as share_owed,
    count(*) as jobs,
    min(case when unpaid > 0 then pay_due_on end) as oldest_due
from crew_pay
where unpaid > 0 or share_owed > 0
group by tenant, crew_key, role, currency
order by tenant asc, sum(unpaid) + sum(share_owed) desc, crew_key asc, role asc
