-- title: What a mailing to everyone who may be mailed would bring, by currency of the list's business

-- k attributed bookings of n messages delivered, over all mailings (campaigns that say what was delivered).
-- low and high are numerators over scale of contacts x 95 % Wilson bound of k/n x first and third quartile
-- (nearest rank) of the order values. With z^2 = 3.841459 the bound is (2k + z^2 -+ root) / (2 (n + z^2)),
-- where root^2 = z^2 (4k (n - k) + n z^2) / n; the root is whole in 10^-14, so that it decides no cent. The
-- floating root is a first guess only: one Newton step and a comparison of whole squares make it exact on
-- every engine.
with mailing as (
    select
        cast(coalesce(sum(delivered), 0) as hugeint) as n,
        cast(coalesce(sum(bookings), 0) as hugeint) as k
    from campaign_result
    where delivered > 0
),

squared as (
    select
        n,
        k,
        cast(10000000000000000 as hugeint) as fine,
        3841459 * (4000000 * k * (n - k) + 3841459 * n) as square
    from mailing
    where n > 0 and k <= n
),

finer as (
    select
        n,
        k,
        (square // n) * fine + ((square % n) * fine) // n as square
    from squared
),

guessed as (
    select
        *,
        cast(floor(sqrt(square)) as hugeint) as guess
    from finer
),

stepped as (
    select
        n,
        k,
        square,
        (guess + square // guess) // 2 as guess
    from guessed
),

rooted as (
    select
        n,
        k,
        case
            when guess * guess > square then guess - 1
            when (guess + 1) * (guess + 1) <= square then guess + 1
            else guess
        end as root,
        (2000000 * k + 3841459) * 100000000 as middle,
        2 * (1000000 * n + 3841459) * 100000000 as whole
    from stepped
),

contact as (
    select
        t.currency,
        max(t.minor_units) as minor_units,
        count(a.contact_key) as listed,
        count(case when a.reason = 'reachable' then 1 end) as contacts
    from tenant as t
    left join audience_state as a on t.tenant = a.tenant
    group by t.currency
),

quartile as (
    select
        currency,
        max(places) as orders,
        max(case when place = (places + 3) // 4 then price end) as first_quartile,
        max(case when place = (3 * places + 3) // 4 then price end) as third_quartile
    from order_value
    group by currency
)

select
    c.currency,
    c.minor_units,
    c.listed,
    c.contacts,
    m.n,
    m.k,
    q.orders,
    q.first_quartile,
    q.third_quartile,
    r.whole,
    r.middle - r.root as low_bound,
    r.middle + r.root as high_bound,
    case
        when c.listed = 0 then 'no_data'
        when m.n = 0 then 'no_history'
        when m.k > m.n then 'quality'
        when q.orders is null then 'no_history'
    end as missing,
    case
        when c.listed = 0 then 'no mailing list has a row'
        when m.n = 0 then 'no mailing says what was delivered'
        when m.k > m.n then m.k || ' bookings are attributed to ' || m.n || ' messages delivered'
        when q.orders is null then 'nothing was sold and done in the last 12 full months'
    end as because
from contact as c
cross join mailing as m
left join rooted as r on true
left join quartile as q on c.currency = q.currency
