"""A bank that posts at night: its rows belong to the day before, from the source to the figures."""

from __future__ import annotations

import csv
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.metrics.figures import measure
from quarterdeck.metrics.scope import open_scope
from quarterdeck.steps.resources import RunRef
from quarterdeck.steps.snapshot import snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from quarterdeck.lake.definition import Manifest

NIGHT = "2026-04-01T01:00:00Z"  # 03:00 of 1 April in Amsterdam


@pytest.fixture(autouse=True)
def unchecked(monkeypatch) -> None:
    """The suites say nothing about time, and take most of a snapshot's."""
    monkeypatch.setattr("quarterdeck.steps.revisions.validate_tenant", lambda *_, **__: {})


def post_at_night(lantern: Any) -> None:
    """A payment of 500, and its lines in the ledger, posted on the day before."""
    folder = lantern.folder / "data" / "sloop"
    append(
        folder / "payments.csv",
        {"payment_id": "PN", "booking_id": "B4", "received_at": NIGHT, "amount": "500.00", "part": "deposit"},
    )
    for line, account, amount in (("1", "1000", "500.00"), ("2", "2100", "-500.00")):
        append(
            folder / "general_ledger.csv",
            {"entry_id": "EN", "line": line, "posted_on": "2026-03-31", "account": account, "amount": amount},
        )


def append(path: Path, row: dict[str, str]) -> None:
    """One more row, that became known at night; the others don't say when they did."""
    with path.open(newline="") as file:
        rows = [*csv.DictReader(file), {**row, "currency": "EUR", "created_at": NIGHT}]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys([*rows[0], "created_at"])))
        writer.writeheader()
        writer.writerows(rows)


def declare(lantern: Any, cut_off: str) -> None:
    for name in ("payments", "general_ledger"):
        declared = f"{name}.csv, format: csv"
        lantern.edit(
            "tenants/sloop.yaml",
            lambda text, declared=declared: text.replace(declared, f'{declared}, cut_off: "{cut_off}"'),
        )


def taken(lantern: Any, as_of: str) -> tuple[dict[str, Manifest], dict[str, Any]]:
    """The manifests of the sloop's snapshots, and its figures."""
    run = RunRef.from_json(lantern.plan(as_of=as_of)["run"])
    snapshot(run, "sloop", lantern.resources)
    day, catalogue = lantern.day(run), lantern.resources.catalogue()
    tenant = day.config.portfolio.tenant("sloop")
    snapshots = day.snapshots.of_tenant(as_of, "sloop", tenant.datasets)
    with open_scope(
        {"sloop": snapshots}, path_of=day.lake.local_path, config=day.config, tenants=["sloop"],
        as_of=day.as_of, catalogue=catalogue,
    ) as scope:  # fmt: skip
        figures = {figure.metric: figure.value for figure in measure(scope, catalogue, grain="tenant")}
    return snapshots.manifests, figures


LEDGERS = ("payments", "general_ledger")


def test_what_was_posted_at_night_is_of_the_day_before_from_source_to_figures(lantern, tmp_path) -> None:
    manifests, before = taken(lantern, "2026-03-31")
    assert [manifests[name].rows_after for name in LEDGERS] == [0, 2]
    post_at_night(lantern)
    lantern.home = tmp_path / "without a cut-off"
    manifests, plain = taken(lantern, "2026-03-31")
    assert [(manifests[name].rows_after, manifests[name].cut_off) for name in LEDGERS] == [
        (1, None),
        (4, None),
    ]
    assert plain == before

    declare(lantern, "04:00")
    lantern.home = tmp_path / "with one"
    manifests, figures = taken(lantern, "2026-03-31")
    assert [(manifests[name].rows_after, manifests[name].late) for name in LEDGERS] == [(0, None), (2, None)]
    assert {manifests[name].cut_off for name in LEDGERS} == {"2026-04-01T02:00:00+00:00"}
    gained = {name: figures[name] - before[name] for name in ("cash_total", "cash_received")}
    assert gained == {"cash_total": 500, "cash_received": 500}

    # The day after has it too, as received in March: nothing is received in April.
    lantern.now += timedelta(days=1)
    _, figures = taken(lantern, "2026-04-01")
    assert (figures["cash_total"], figures["cash_received"]) == (before["cash_total"] + 500, 0)


def test_a_snapshot_before_the_cut_off_says_so(lantern, caplog) -> None:
    caplog.set_level(logging.WARNING)
    declare(lantern, "09:30")
    manifests, _ = taken(lantern, "2026-03-31")
    words = "cut off at 09:30, read before that at 08:00: rows may be wanting"
    assert [manifests[name].late for name in LEDGERS] == [words, words]
    assert f"late: tenant=sloop dataset=payments {words}" in caplog.text
