"""A history built day by day: a day rebuilt from the last state of the source is the day's own snapshot.

Each snapshot is taken at six in the morning after its day, when the source knows of the early morning too.
Every dataset whose timing is ``events`` takes part; one with a history needs a simulation in ``lives.py``.
"""

from __future__ import annotations

import importlib.util
import random
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from quarterdeck.days import end_of_day
from quarterdeck.settings.definition import Dataset, Tenant
from quarterdeck.settings.sources import FileSource
from quarterdeck.settings.yaml_files import as_model, load
from quarterdeck.sources.conforming import conform

_spec = importlib.util.spec_from_file_location("lives", Path(__file__).with_name("lives.py"))
assert _spec is not None
assert _spec.loader is not None
lives = sys.modules.setdefault("lives", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(lives)

FOLDER = Path(__file__).parents[3] / "include" / "datasets"
DECLARED = {
    path.stem: as_model(load(path), Dataset, extra={"id": path.stem})
    for path in sorted(FOLDER.glob("*.yaml"))
}
REBUILDABLE = {name: dataset for name, dataset in DECLARED.items() if dataset.timing == "events"}
WITH_HISTORY = [name for name, dataset in REBUILDABLE.items() if dataset.history or dataset.as_read]
WORLDS = {  # the clocks go forward on 8 March, and back on 25 October
    "America/Los_Angeles": date(2026, 2, 20),
    "Europe/Amsterdam": date(2026, 10, 10),
}
EVERY_DAY = ("bookings", "contracts", "stays")  # the others every other day, for the time it takes
SOURCE = FileSource.model_validate({"from": "files", "path": "x", "format": "csv"})
TENANT = Tenant(id="jada", title="Jada", kind="charter", currency="USD")
Rows = dict[int, dict[str, Any]]


def morning(day: date, zone: ZoneInfo) -> datetime:
    """Six o'clock on the day after."""
    return datetime.combine(day + timedelta(days=1), time(6), tzinfo=zone).astimezone(UTC)


def as_of(table: Any, day: date, zone: ZoneInfo, now: datetime, dataset: Dataset | None = None) -> Rows:
    """The rows of a day's declared frame, made of what the source holds now."""
    result = conform(
        table.extract(now), SOURCE, dataset or table.dataset, tenant=TENANT, zone=zone,
        as_of_end=end_of_day(day, zone),
    )  # fmt: skip
    assert result.quarantined == ()
    return lives.by_row(pa.Table.from_pandas(result.frame, preserve_index=False).to_pylist())


class History:
    """A simulated month of one dataset: the snapshots of its days, then the table as it ended."""

    def __init__(self, name: str, zone_name: str, *, days: range, rows: int) -> None:
        self.dataset, self.zone = REBUILDABLE[name], ZoneInfo(zone_name)
        first = WORLDS[zone_name]
        world = lives.World(self.zone, first, random.Random(f"{name} {zone_name}"))
        self.table = lives.simulated(self.dataset, world, rows=rows)
        self.days = [first + timedelta(days=place) for place in days]
        self.snapshots: dict[date, Rows] = {}
        for day in self.days:
            now = morning(day, self.zone)
            self.table.move_to(now)
            self.snapshots[day] = as_of(self.table, day, self.zone, now)
        self.end = morning(first + timedelta(days=2 * lives.DAYS), self.zone)
        self.table.move_to(self.end)

    def untouched(self, row: int, day: date) -> bool:
        """Neither edited nor deleted since the snapshot was taken."""
        touched = self.table.edited.get(row)
        return touched is None or touched < morning(day, self.zone)

    def differences(self, day: date, dataset: Dataset | None = None) -> list[tuple[int, str]]:
        """Rows and columns in which the rebuilt day is not the snapshot."""
        rebuilt = as_of(self.table, day, self.zone, self.end, dataset)
        taken = self.snapshots[day]
        rows = {row for row in {*rebuilt, *taken} if self.untouched(row, day)}
        found = [(row, "row") for row in rows if (row in rebuilt) != (row in taken)]
        for row in rows & {*rebuilt} & {*taken}:
            late = self.table.as_read_since.get(row, self.end) >= morning(day, self.zone)
            passed = self.dataset.as_read if late else ()
            found += [
                (row, name)
                for name, value in taken[row].items()
                if value != rebuilt[row][name] and name not in passed
            ]
        return found


@pytest.fixture(scope="module")
def histories() -> dict[tuple[str, str], History]:
    return {}


def history_of(histories: dict[tuple[str, str], History], name: str, zone: str) -> History:
    if (name, zone) not in histories:
        days = (
            range(14, 19) if zone.startswith("America") else range(0, lives.DAYS, 1 + (name not in EVERY_DAY))
        )
        histories[name, zone] = History(name, zone, days=days, rows=40)
    return histories[name, zone]


def test_every_dataset_with_a_history_is_simulated() -> None:
    assert sorted(lives.LIVES) == WITH_HISTORY


@pytest.mark.parametrize("zone", WORLDS)
@pytest.mark.parametrize("name", WITH_HISTORY)
def test_a_day_rebuilt_later_is_the_days_own_snapshot(histories, name, zone) -> None:
    history = history_of(histories, name, zone)
    assert {day: found for day in history.days if (found := history.differences(day))} == {}
    kept = [row for day in history.days for row in history.snapshots[day] if history.untouched(row, day)]
    assert len(kept) >= 60


@pytest.mark.parametrize("name", sorted({*REBUILDABLE} - {*WITH_HISTORY}))
def test_a_day_of_rows_that_nothing_happens_to_is_cut_alike(name) -> None:
    history = History(name, "America/Los_Angeles", days=range(15, 17), rows=40)
    for day in history.days:
        assert history.differences(day) == []
        assert 0 < len(history.snapshots[day]) < len(history.table.rows)


@pytest.mark.parametrize(
    ("name", "place"), [(n, p) for n in WITH_HISTORY for p in range(len(REBUILDABLE[n].history))]
)
def test_no_event_of_a_history_can_be_left_out(histories, name, place) -> None:
    """So the simulation has it happen, and the comparison sees it."""
    history = history_of(histories, name, "Europe/Amsterdam")
    events = history.dataset.history
    without = history.dataset.model_copy(update={"history": events[:place] + events[place + 1 :]})
    assert any(history.differences(day, without) for day in history.days)
