"""The days of the world: 26 full months, the running one, and where the anchor lies in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from quarterdeck.days import Period, add_months, end_of_day, full_months, month_of

ZONE = ZoneInfo("America/Los_Angeles")
FULL_MONTHS = 26


@dataclass(frozen=True)
class Span:
    """The world's time, seen from the end of the anchor day."""

    anchor: date

    @property
    def first(self) -> date:
        """The first day of the first full month."""
        return full_months(self.anchor, FULL_MONTHS).start

    @property
    def running(self) -> date:
        """The first day after the last full month (with an anchor at a month's end: tomorrow)."""
        return full_months(self.anchor, 1).end

    @property
    def end(self) -> datetime:
        """The first instant after the anchor day."""
        return end_of_day(self.anchor, ZONE)

    @property
    def months(self) -> tuple[date, ...]:
        """First days of all full months and of the running one."""
        return tuple(add_months(self.first, index) for index in range(FULL_MONTHS + 1))

    def back(self, months: int) -> date:
        """The first day of a full month: 1 is the last full month, 2 the one before."""
        return add_months(self.running, -months)

    def ago(self, days: int) -> date:
        """The day that lies so many days before the anchor (negative: after it)."""
        return self.anchor - timedelta(days=days)

    def has(self, day: date) -> bool:
        """Whether the day is over at the end of the anchor day."""
        return day <= self.anchor


def local(day: date, hour: int, minute: int = 0) -> datetime:
    """The instant, in UTC, at which the clock on the wall shows that time."""
    return datetime.combine(day, time(hour, minute), tzinfo=ZONE).astimezone(UTC)


def last_day(month: date) -> date:
    """The last day of the month."""
    return month_of(month).last


def days_of(period: Period) -> list[date]:
    """Every day of a period."""
    return [period.start + timedelta(days=index) for index in range(period.days)]
