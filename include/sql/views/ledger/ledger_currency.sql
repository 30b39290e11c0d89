-- title: Currencies of the tenants and of their ledgers

select currency from tenant
union
select currency from ledger_day
