"""Local days, months and the as-of rule. Clocks are passed in; nothing here reads one.

A *day* is a local calendar day of the portfolio's time zone, ``[start, end)`` in instants. It has 23
or 25 hours when the clocks change, which is why the length of a data interval is never used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from quarterdeck.errors import RequestError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Period:
    """Local days ``[start, end)``."""

    start: date
    end: date

    @property
    def last(self) -> date:
        """The last day that belongs to the period."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many local days it has."""
        return (self.end - self.start).days


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC (after a gap at midnight: the instant it ends)."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant after a local day, in UTC."""
    return start_of_day(day + timedelta(days=1), zone)


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a local time, in UTC.

    Of a time that exists twice (clocks go back) the first; one that the clocks leave out counts as if they
    had not gone forward yet: 02:30 is 03:30.
    """
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The local day in which an instant lies. Raises ValueError for an instant without a zone."""
    if instant.tzinfo is None:
        raise ValueError(f"expected an instant with a zone, found {instant.isoformat()}")
    return instant.astimezone(zone).date()


def add_months(first: date, months: int) -> date:
    """The first day of the month that lies ``months`` after the month of ``first``."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_of(day: date) -> Period:
    """The calendar month that holds ``day``."""
    return Period(add_months(day, 0), add_months(day, 1))


def month_to_date(as_of: date) -> Period:
    """The running month up to and with the as-of day (``cm`` in the metric list)."""
    return Period(as_of.replace(day=1), as_of + timedelta(days=1))


def full_months(as_of: date, count: int) -> Period:
    """The last ``count`` full months: the last of them ends on or before the as-of day."""
    tomorrow = as_of + timedelta(days=1)
    end = add_months(tomorrow, 0)
    return Period(add_months(end, -count), end)


def as_of_day(
    *, asked: date | None, logical_date: datetime | None, run_after: datetime, zone: ZoneInfo
) -> date:
    """The day that a run reports on.

    What was asked for, else the local day of the logical date, else (a manual run without one) the
    local day before ``run_after``. Raises RequestError for a day that is not over at ``run_after``.
    """
    today = local_day(run_after, zone)
    if asked is not None:
        day = asked
    elif logical_date is not None:
        day = local_day(logical_date, zone)
    else:
        day = today - timedelta(days=1)
    if day >= today:
        raise RequestError(
            f"expected a day that is over, found as_of {day} while it is {today} in {zone.key}; "
            f"ask again for {today - timedelta(days=1)} or earlier"
        )
    return day
