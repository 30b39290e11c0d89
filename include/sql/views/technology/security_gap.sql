-- title: Open security gaps: the rule, and each place where it is broken
-- spared: code_secrets.line, code_secrets.commit, code_secrets.accepted_because, cloud_functions.runtime,
--   cloud_functions.end_of_life, cloud_distributions.viewer_protocol, cloud_distributions.tls_floor,
--   cloud_policies.wide_actions

-- A row per rule and place. Secrets that a person has accepted are none; detail never holds a secret.
select
    tenant,
    case
        when path like 'env %' then 'secret in a function''s environment'
        when not present then 'secret in the history of the code'
        when plain_environment_file then 'secrets in a plain environment file'
        else 'key in code'
    end as rule,
    case when path not like 'env %' and present and not plain_environment_file then 'critical' else 'high' end
        as severity,
    place || ': ' || path || coalesce(', line ' || line, '') as place,
    kind || coalesce(', commit ' || substr(commit, 1, 12), '') as detail
from code_secrets
where not accepted
union all
select
    tenant,
    'endpoint without authentication' as rule,
    'critical' as severity,
    endpoint as place,
    case kind when 'apps_script' then 'Apps Script web app' when 'webhook' then 'web hook' else 'endpoint' end
    || ' at ' || host as detail
from cloud_endpoints
where auth = 'none'
union all
select
    tenant,
    'function URL without authentication' as rule,
    'critical' as severity,
    function || case when qualifier = '$LATEST' then '' else ':' || qualifier end as place,
    region as detail
from cloud_function_urls
where auth = 'none'
union all
select
    tenant,
    'API route without authentication' as rule,
    'high' as severity,
    name || ': ' || route as place,
    kind || ' API ' || api as detail
from cloud_apis
where auth = 'none' and route not like 'OPTIONS %' -- browsers ask these before they log in
union all
select
    p.tenant,
    'function that anyone may call' as rule,
    'high' as severity,
    p.function || ': ' || p.statement as place,
    p.action as detail
from cloud_function_policies as p
where
    p.public
    and not exists (
        select 1
        from cloud_function_urls as u
        where u.tenant = p.tenant and u.region = p.region and u.function = p.function and u.auth = 'none'
    )
union all
select
    tenant,
    'no web application firewall' as rule,
    'medium' as severity,
    distribution as place,
    'CloudFront distribution' as detail
from cloud_distributions
where enabled and not waf
union all
select
    tenant,
    'old TLS' as rule,
    'medium' as severity,
    distribution as place,
    'from ' || tls_floor as detail
from cloud_distributions
where enabled and not default_certificate and tls_floor in ('SSLv3', 'TLSv1', 'TLSv1_2016', 'TLSv1.1_2016')
union all
select
    tenant,
    'pages without TLS' as rule,
    'medium' as severity,
    distribution as place,
    viewer_protocol as detail
from cloud_distributions
where enabled and viewer_protocol = 'allow-all'
union all
select
    tenant,
    'public bucket' as rule,
    'high' as severity,
    bucket as place,
    case when public_policy then 'by its policy' else 'by its access list' end as detail
from cloud_buckets
where public
union all
select
    f.tenant,
    'runtime past its end of life' as rule,
    'medium' as severity,
    f.function as place,
    f.runtime || ', supported to ' || f.end_of_life as detail
from cloud_functions as f
inner join period as p on f.end_of_life < p.as_of
union all
select
    tenant,
    'wide policy of a function' as rule,
    'high' as severity,
    role || ': ' || policy as place,
    wide_actions as detail
from cloud_policies
where wide and functions > 0
union all
select
    k.tenant,
    'old access key' as rule,
    'medium' as severity,
    k.user_name || ': …' || k.key_id as place,
    'made on ' || cast(k.created_on as date) as detail
from cloud_keys as k
inner join period as p on k.active and k.created_on < p.as_of_end - interval 90 day
union all
select
    tenant,
    'mail without DKIM' as rule,
    'medium' as severity,
    identity as place,
    dkim as detail
from cloud_senders
where verified and kind = 'domain' and dkim in ('failed', 'unsigned')
