-- title: What engineering can do about open gaps, savings and shortfalls, with what each is worth doing for

-- A row per broken rule, wasteful resource and kind of shortfall. points: severity critical 10, high 6,
-- medium 3, low 1. reach: the places that it mends (files or notes where these are counted), at most 10.
-- half_days: effort, as that of recommendations (small 1, medium 4). A saving is medium from
-- cloud_savings_worth (setting; 10 USD a month) on, else low.
with remedy as (
    select
        r.matter,
        r.action,
        r.half_days
    from (
        values
        ('key in code', 'Replace the key at its issuer, and read the new one from a secret store', 1),
        ('secret in the history of the code', 'Replace the secret: the history of the code keeps it', 1),
        ('secrets in a plain environment file', 'Replace the secrets, and keep them in a secret store', 1),
        ('secret in a function''s environment', 'Move the secret to a store that the function reads', 1),
        ('endpoint without authentication', 'Let it answer only callers with a key or signature', 1),
        ('function URL without authentication', 'Put the function URL on IAM, or behind a login', 1),
        ('API route without authentication', 'Put an authorizer on the route', 4),
        ('function that anyone may call', 'Narrow who may call the function to who needs it', 1),
        ('no web application firewall', 'Put a web application firewall before the site', 1),
        ('old TLS', 'Raise the oldest TLS that is spoken to 1.2', 1),
        ('pages without TLS', 'Redirect every viewer to HTTPS', 1),
        ('public bucket', 'Block public access, and let CloudFront alone read the bucket', 1),
        ('runtime past its end of life', 'Move the function to a runtime that is supported', 4),
        ('wide policy of a function', 'Narrow the policy to what the function does', 4),
        ('old access key', 'Replace the access key by a role, or by a new key', 1),
        ('mail without DKIM', 'Switch DKIM on for the sender''s domain', 1),
        ('provisioned capacity', 'Pay for the table by use instead of by provisioned capacity', 1),
        ('old versions', 'Let old versions in the bucket expire', 1),
        ('logs kept for ever', 'Give the log group a retention', 1),
        ('not deployed', 'Deploy what is finished, or say what holds it up', 1),
        ('files that do not parse', 'Mend the files that do not parse, or remove them', 1),
        ('no tests', 'Write one test of what earns money, and run it before each deployment', 4),
        ('handoffs open', 'Take up each open handoff note, or close it', 1)
    ) as r (matter, action, half_days)
),

worth as (
    select cast(coalesce(max(value), '10') as decimal(18, 2)) as usd
    from tenant_setting
    where name = 'cloud_savings_worth'
),

matters as (
    select
        'security' as kind,
        rule as matter,
        severity,
        count(*) as reach,
        string_agg(place, '; ' order by place) as places,
        cast(null as decimal(18, 2)) as saving
    from security_gap
    group by rule, severity
    union all
    select
        'saving' as kind,
        s.waste as matter,
        case when s.saving >= w.usd then 'medium' else 'low' end as severity,
        1 as reach,
        s.resource as places,
        cast(s.saving as decimal(18, 2)) as saving
    from cloud_saving as s
    cross join worth as w
    where s.saving > 0
    union all
    select
        'delivery' as kind,
        shortfall as matter,
        case shortfall
            when 'files that do not parse' then 'high'
            when 'handoffs open' then 'low'
            else 'medium'
        end as severity,
        case
            when shortfall in ('files that do not parse', 'handoffs open') then cast(sum(quantity) as bigint)
            else count(*)
        end as reach,
        string_agg(place, '; ' order by place) as places,
        cast(null as decimal(18, 2)) as saving
    from delivery_shortfall
    group by shortfall
)

select
    m.kind,
    m.matter,
    m.severity,
    m.places,
    m.saving,
    coalesce(r.action, 'Mend it: ' || m.matter) as action,
    coalesce(r.half_days, 4) as half_days,
    least(m.reach, 10) as reach,
    case m.severity when 'critical' then 10 when 'high' then 6 when 'medium' then 3 else 1 end as points
from matters as m
left join remedy as r on m.matter = r.matter
