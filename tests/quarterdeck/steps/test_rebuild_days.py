"""Past days through the real step, with local files: rebuilt from today's files, and rows that come late."""

from __future__ import annotations

import csv
import importlib.util
import logging
import random
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from quarterdeck.settings.definition import Dataset
from quarterdeck.settings.yaml_files import as_model, load
from quarterdeck.steps.resources import RunRef
from quarterdeck.steps.snapshot import snapshot

if TYPE_CHECKING:
    from quarterdeck.lake.definition import Manifest

_spec = importlib.util.spec_from_file_location("lives", Path(__file__).with_name("lives.py"))
assert _spec is not None
assert _spec.loader is not None
lives = sys.modules.setdefault("lives", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(lives)

ROOT = Path(__file__).parents[3]
ZONE = ZoneInfo("Europe/Amsterdam")
FIRST = date(2026, 3, 2)
DAYS = [date(2026, 3, 28) + timedelta(days=place) for place in range(3)]  # the clocks go forward on the 29th


def morning(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(6), tzinfo=ZONE).astimezone(UTC)


def simulated(name: str) -> Any:
    path = ROOT / "include" / "datasets" / f"{name}.yaml"
    dataset = as_model(load(path), Dataset, extra={"id": name})
    return lives.simulated(dataset, lives.World(ZONE, FIRST, random.Random(name)), rows=40, spoilt=0)


def write(path: Path, table: Any) -> None:
    """The table as it stands, rows in the order in which they came."""
    names = [*table.dataset.columns, "created_at"]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(table.rows.values())


@pytest.fixture(autouse=True)
def unchecked(monkeypatch) -> None:
    """The suites say nothing about time, and take most of a snapshot's."""
    monkeypatch.setattr("quarterdeck.steps.revisions.validate_tenant", lambda *_, **__: {})


def taken(lantern: Any, day: date, tenant: str, dataset: str, **params: Any) -> Manifest:
    """The manifest of the dataset's newest revision, after the day's snapshot was asked for."""
    planned = lantern.plan(as_of=day.isoformat(), **params)
    run = RunRef.from_json(planned["run"])
    snapshot(run, tenant, lantern.resources)
    manifest = lantern.day(run).snapshots.latest(run.as_of, tenant, dataset)
    assert manifest is not None
    return manifest


@pytest.mark.parametrize(
    ("tenant", "name"), [("sloop", "bookings"), ("sloop", "payments"), ("cottage", "stays")]
)
def test_days_rebuilt_from_todays_files_are_those_that_were_taken(lantern, tmp_path, tenant, name) -> None:
    table, path = simulated(name), lantern.folder / "data" / tenant / f"{name}.csv"
    snapshots = []
    for day in DAYS:
        lantern.now = morning(day)
        table.move_to(lantern.now)
        write(path, table)
        snapshots.append(taken(lantern, day, tenant, name))
    lantern.home = tmp_path / "another lake"
    lantern.now = morning(DAYS[-1] + timedelta(days=30))
    table.move_to(lantern.now)
    write(path, table)
    rebuilt = [taken(lantern, day, tenant, name) for day in DAYS]
    assert [m.content_hash for m in rebuilt] == [m.content_hash for m in snapshots]
    assert ({m.rebuilt for m in snapshots}, {m.rebuilt for m in rebuilt}) == ({False}, {True})
    if table.dataset.history:
        assert all(
            then.rows_rolled_back < now.rows_rolled_back for then, now in zip(snapshots, rebuilt, strict=True)
        )
    else:
        assert {m.rows_rolled_back for m in rebuilt} == {0}
    assert all(m.rows_read == m.rows_kept + m.rows_after for m in (*snapshots, *rebuilt))


def test_a_rebuilt_day_says_which_columns_are_as_the_source_has_them_now(lantern, caplog) -> None:
    (lantern.folder / "data" / "sloop" / "campaigns.csv").write_text(
        "campaign_id,channel,started_on,spend,window_days\nc1,search,2026-03-01,120.00,30\n"
    )
    lantern.edit(
        "tenants/sloop.yaml",
        lambda text: text + "  campaigns: {from: files, path: data/sloop/campaigns.csv, format: csv}\n",
    )
    caplog.set_level(logging.WARNING)
    assert taken(lantern, date(2026, 3, 31), "sloop", "campaigns").as_read == ()
    manifest = taken(lantern, date(2026, 3, 20), "sloop", "campaigns")
    assert manifest.as_read == ("spend", "sent", "delivered")
    assert (
        "dataset=campaigns rebuilt: spend, sent, delivered of 2026-03-20 are as the source has them now"
        in (caplog.text)
    )


PAYMENTS = "payment_id,booking_id,received_at,amount,part,created_at\n"


def test_a_row_that_comes_late_is_in_the_next_snapshot_and_changes_none(lantern) -> None:
    folder = lantern.folder / "data" / "sloop"
    lantern.edit("tenants/sloop.yaml", lambda text: text.replace("payments.csv", "payments*.csv"))
    (folder / "payments.csv").write_text(
        PAYMENTS + "p1,b1,2026-03-30T10:00:00Z,100.00,deposit,2026-03-30T10:00:00Z\n"
    )
    first = taken(lantern, date(2026, 3, 31), "sloop", "payments")
    (folder / "payments-late.csv").write_text(
        PAYMENTS + "p2,b1,2026-03-31T10:00:00Z,40.00,balance,2026-03-31T10:00:00Z\n"
    )
    again = taken(lantern, date(2026, 3, 31), "sloop", "payments")
    assert (again, again.revision, again.rows_kept) == (first, 1, 1)
    lantern.now += timedelta(days=1)
    assert taken(lantern, date(2026, 4, 1), "sloop", "payments").rows_kept == 2
    assert taken(lantern, date(2026, 3, 31), "sloop", "payments") == first
    refreshed = taken(lantern, date(2026, 3, 31), "sloop", "payments", refresh=True)
    assert (refreshed.revision, refreshed.rows_kept, refreshed.rebuilt) == (2, 2, True)
