"""Whether a source's data were whole when they were read: promised (``ready_by``), and cut off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from quarterdeck.days import end_of_day, local_instant

if TYPE_CHECKING:
    from datetime import date, datetime, time
    from zoneinfo import ZoneInfo


def broken_promise(
    ready_by: time, *, as_of: date, zone: ZoneInfo, now: datetime, arrived_at: datetime | None
) -> str | None:
    """What is late, in words; None where the promise was kept or nobody can tell.

    ``ready_by`` is local time on the day after ``as_of``; one that the clocks leave out is an hour later.
    ``arrived_at``: when the newest of the data came; a table doesn't tell.
    """
    promised = local_instant(as_of + timedelta(days=1), ready_by, zone)
    told = f"promised by {ready_by:%H:%M}"
    if now < promised:
        return f"{told}, read before that at {now.astimezone(zone):%H:%M}: rows may be wanting"
    if arrived_at is None:
        return None
    if arrived_at < end_of_day(as_of, zone):
        came = arrived_at.astimezone(zone)
        return f"{told}, nothing has come since {came:%Y-%m-%d %H:%M}: the day is wanting"
    if arrived_at > promised:
        return f"{told}, came at {arrived_at.astimezone(zone):%Y-%m-%d %H:%M}"
    return None


def read_too_early(cut_off: time, *, as_of: date, zone: ZoneInfo, now: datetime) -> str | None:
    """That the source's day had not ended when it was read, in words; None where it had."""
    if now >= local_instant(as_of + timedelta(days=1), cut_off, zone):
        return None
    return (
        f"cut off at {cut_off:%H:%M}, read before that at {now.astimezone(zone):%H:%M}: rows may be wanting"
    )
