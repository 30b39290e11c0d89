"""A backfill of past days from Airflow's own command line: archived, one edition a day, mailed to nobody."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from quarterdeck.demo.services import airflow_command
from quarterdeck.lake.documents import from_bytes
from quarterdeck.lake.store import LocalStore

if TYPE_CHECKING:
    from quarterdeck.demo.airflow_api import AirflowApi
    from quarterdeck.demo.running import Running

DAG = "executive_reports_lantern"
DAYS = [f"2026-03-{day}" for day in (10, 11, 12, 13, 14)]


LOCKED = "database is locked"
TRIES = 4


def create(airflow: Running, api: AirflowApi) -> None:
    """``airflow backfill create``. On SQLite it fails when the scheduler writes at the same moment."""
    command = airflow_command(
        "backfill", "create", "--dag-id", DAG, "--from-date", DAYS[0], "--to-date", "2026-03-15",
        "--reprocess-behavior", "failed",
    )  # fmt: skip
    environment = {**os.environ, **airflow.stack.airflow_environment(airflow.ports)}
    for attempt in range(TRIES):
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        if done.returncode == 0:
            return
        assert LOCKED in done.stderr, done.stderr[-2000:]
        assert attempt < TRIES - 1, f"{LOCKED} {TRIES} times"
        for backfill in api.get(f"/backfills?dag_id={DAG}")["backfills"]:
            if backfill["completed_at"] is None:
                api.call("PUT", f"/backfills/{backfill['id']}/cancel")


@pytest.fixture(scope="module")
def runs(airflow: Running, api: AirflowApi) -> dict[str, str]:
    """The state of each run of the backfill, by its logical date's day."""
    airflow.wait_until(lambda: api.has_dag(DAG), DAG, 90)
    # Created while the DAG is paused, so that the scheduler doesn't take the first run meanwhile.
    api.pause(DAG, True)
    create(airflow, api)
    api.pause(DAG, False)
    deadline = time.monotonic() + 400
    found: dict[str, str] = {}
    while time.monotonic() < deadline:
        runs = api.get(f"/dags/{DAG}/dagRuns?run_type=backfill")["dag_runs"]
        found = {run["logical_date"][:10]: run["state"] for run in runs}
        if len(found) >= len(DAYS) and set(found.values()) <= {"success", "failed"}:
            break
        airflow.check()
        time.sleep(1)
    return found


def test_every_day_of_it_is_run(runs: dict[str, str]) -> None:
    assert runs == dict.fromkeys(DAYS, "success")


def test_two_editions_a_day_are_archived_and_none_is_mailed(runs: dict[str, str], airflow: Running) -> None:
    archive = LocalStore(airflow.stack.home / "archive" / "lantern")
    editions = [key for key in archive.list("editions/") if key.endswith("/edition.json")]
    assert editions == [f"editions/{day}/{report}/edition.json" for day in DAYS for report in ("ceo", "cfo")]
    assert not archive.list("deliveries/")


def test_a_past_day_is_rebuilt_from_events_and_lacks_what_only_now_is_known(
    runs: dict[str, str], airflow: Running
) -> None:
    lake = LocalStore(airflow.stack.home / "lake" / "lantern")

    def manifest(tenant: str, dataset: str) -> dict[str, object]:
        document: dict[str, object] = from_bytes(
            lake.get(f"snapshots/{DAYS[0]}/{tenant}/{dataset}/r1/manifest.json")
        )
        found = document.get("manifest", document)
        assert isinstance(found, dict)
        return found

    assert manifest("sloop", "bookings")["rebuilt"] is True
    assert manifest("cottage", "asset_inventory")["missing"]
