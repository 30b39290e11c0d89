-- title: What each listed unit's night was: sold, owner's, blocked, given, free

-- is_sold: a paying guest had it, which may be so of a night that was the owner's or blocked, too. Of the
-- others at most one is true: is_owner; is_blocked for another reason; is_given: open, to a guest free of
-- charge; is_free: open, and nobody had it. is_open: neither owner's nor blocked.
with taken as (
    select
        tenant,
        unit_id,
        night,
        bool_or(kind = 'guest') as is_sold,
        bool_or(kind = 'comp') as is_given
    from stay_nights
    group by tenant, unit_id, night
)

select
    u.tenant,
    u.unit_id,
    u.night,
    u.taken_by_owner as is_owner,
    coalesce(t.is_sold, false) as is_sold,
    u.blocked and not u.taken_by_owner as is_blocked,
    not u.taken_by_owner and not u.blocked as is_open,
    coalesce(t.is_given, false) and not u.taken_by_owner and not u.blocked as is_given,
    t.night is null and not u.taken_by_owner and not u.blocked as is_free
from unit_nights as u
left join taken as t on u.tenant = t.tenant and u.unit_id = t.unit_id and u.night = t.night
