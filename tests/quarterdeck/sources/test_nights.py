"""Sources whose day ends after midnight."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from quarterdeck.sources.nights import counted_back

AMSTERDAM, LOS_ANGELES = ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/Los_Angeles")
TYPE = pa.timestamp("us", tz="UTC")


@pytest.mark.parametrize(
    ("zone", "cut_off", "at", "counted"),
    [
        # 1 April in Amsterdam begins at 22:00 UTC; its 04:00 is 02:00 UTC.
        (AMSTERDAM, "04:00", "2026-03-31T21:00:00", "2026-03-31T21:00:00"),
        (AMSTERDAM, "04:00", "2026-03-31T22:00:00", "2026-03-31T21:59:59.999999"),
        (AMSTERDAM, "04:00", "2026-04-01T01:59:59.999999", "2026-03-31T21:59:59.999999"),
        (AMSTERDAM, "04:00", "2026-04-01T02:00:00", "2026-04-01T02:00:00"),
        # 02:30 is left out on 29 March: it is 03:30 summer time, 01:30 UTC. The day began at 23:00 UTC.
        (AMSTERDAM, "02:30", "2026-03-29T01:29:59", "2026-03-28T22:59:59.999999"),
        (AMSTERDAM, "02:30", "2026-03-29T01:30:00", "2026-03-29T01:30:00"),
        # 02:30 is there twice on 25 October, first at 00:30 UTC. The day began at 22:00 UTC.
        (AMSTERDAM, "02:30", "2026-10-25T00:29:59", "2026-10-24T21:59:59.999999"),
        (AMSTERDAM, "02:30", "2026-10-25T00:30:00", "2026-10-25T00:30:00"),
        (AMSTERDAM, "02:30", "2026-10-25T01:29:00", "2026-10-25T01:29:00"),
        # 8 March in Los Angeles begins at 08:00 UTC; its 04:00 is summer time, 11:00 UTC, three hours on.
        (LOS_ANGELES, "04:00", "2026-03-08T10:59:59", "2026-03-08T07:59:59.999999"),
        (LOS_ANGELES, "04:00", "2026-03-08T11:00:00", "2026-03-08T11:00:00"),
    ],
)
def test_the_small_hours_belong_to_the_day_before(zone, cut_off, at, counted):
    instants = pa.array([datetime.fromisoformat(at).replace(tzinfo=UTC), None], TYPE)
    found = counted_back(instants, time.fromisoformat(cut_off), zone)
    assert found.to_pylist() == [datetime.fromisoformat(counted).replace(tzinfo=UTC), None]
    assert counted_back(found, time.fromisoformat(cut_off), zone) == found
