"""Data that come later than promised are named in the log, the manifest and the report."""

from __future__ import annotations

import logging
import os
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from quarterdeck.steps.promises import broken_promise

ZONE = ZoneInfo("Europe/Amsterdam")  # two hours before UTC in April


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 4, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "arrived", "told"),
    [
        (at(1, 6), at(1, 2, 59), None),
        (at(1, 6), at(1, 3), None),
        (at(1, 6), at(1, 3, 40), "promised by 05:00, came at 2026-04-01 05:40"),
        (at(1, 2, 59), at(1, 2), "promised by 05:00, read before that at 04:59: rows may be wanting"),
        (at(1, 6), datetime(2026, 3, 31, 21, 59, tzinfo=UTC),
         "promised by 05:00, nothing has come since 2026-03-31 23:59: the day is wanting"),
        (at(1, 6), None, None),
    ],
)  # fmt: skip
def test_what_a_promise_came_to(now: datetime, arrived: datetime | None, told: str | None) -> None:
    found = broken_promise(time(5), as_of=date(2026, 3, 31), zone=ZONE, now=now, arrived_at=arrived)
    assert found == told


def test_a_promise_in_the_hour_that_the_clocks_leave_out() -> None:
    # 02:30 does not exist on 29 March 2026 in Amsterdam: 03:30 summer time, 01:30 UTC.
    arrived = datetime(2026, 3, 29, 1, 31, tzinfo=UTC)
    now = datetime(2026, 3, 29, 6, tzinfo=UTC)
    late = broken_promise(time(2, 30), as_of=date(2026, 3, 28), zone=ZONE, now=now, arrived_at=arrived)
    assert late is not None
    kept = broken_promise(
        time(2, 30), as_of=date(2026, 3, 28), zone=ZONE, now=now, arrived_at=arrived.replace(minute=30)
    )
    assert kept is None


def test_late_data_are_named_in_log_and_report(lantern, caplog) -> None:
    caplog.set_level(logging.WARNING)
    lantern.edit(
        "tenants/sloop.yaml",
        lambda text: text.replace(
            "bookings.csv, format: csv}", 'bookings.csv, format: csv, ready_by: "05:00"}'
        ),
    )
    came = at(1, 3, 40).timestamp()
    os.utime(lantern.folder / "data" / "sloop" / "bookings.csv", (came, came))
    run, reports = lantern.cfo()
    assert "late: tenant=sloop dataset=bookings promised by 05:00, came at 2026-04-01 05:40" in caplog.text
    assert reports["cfo"]["decision"] == "banner"
    failed = [check["title"] for check in lantern.payload(run, "cfo")["data_quality"]["failed"]]
    assert "The data came in time: promised by 05:00, came at 2026-04-01 05:40" in failed
