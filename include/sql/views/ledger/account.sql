-- title: The chart of accounts, with which accounts are cash

-- is_cash: bank accounts, and cards as negative cash unless the setting cards_as_cash says false.
select
    c.tenant,
    c.account,
    c.name,
    c.type,
    c.cash,
    c.flow,
    c.behaviour,
    c.category,
    c.role,
    coalesce(c.cash = 'bank' or (c.cash = 'card' and coalesce(s.value, 'true') <> 'false'), false) as is_cash
from chart_of_accounts as c
left join tenant_setting as s on c.tenant = s.tenant and s.name = 'cards_as_cash'
