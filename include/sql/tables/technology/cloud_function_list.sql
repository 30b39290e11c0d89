-- title: Lambda functions
-- inputs: cloud_functions, cloud_function_urls?
-- columns: tenant: text, function: text, region: text, runtime: text, end_of_life: day, changed_on: day,
--   memory_mb: count, code_kb: count, package: text, url: text
-- needs: a surveyed AWS account whose functions may be listed
-- owner: engineering

-- end_of_life: the last day on which AWS supports the runtime. url: who may call the function's own address;
-- nothing where it has none. code_kb: rounded up.
with address as (
    select
        tenant,
        region,
        function,
        string_agg(distinct auth, ', ' order by auth) as url
    from cloud_function_urls
    group by tenant, region, function
)

select
    f.tenant,
    f.function,
    f.region,
    f.runtime,
    f.end_of_life,
    f.memory_mb,
    f.package,
    a.url,
    cast(f.modified_at at time zone z.name as date) as changed_on,
    (f.code_bytes + 1023) // 1024 as code_kb
from cloud_functions as f
cross join zone as z
left join address as a on f.tenant = a.tenant and f.region = a.region and f.function = a.function
order by f.end_of_life asc nulls last, f.tenant asc, f.region asc, f.function asc
