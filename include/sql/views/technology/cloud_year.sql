-- title: The cheapest and the dearest of the last 12 full months whose bill is final, in USD

select
    count(*) as months,
    min(usd) as lowest,
    max(usd) as highest,
    min(month) as first_month,
    max(month) as last_month
from cloud_month
where months_back <= 12 and not is_estimated
