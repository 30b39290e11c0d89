"""The day in a real scheduler: no, one and many tenants and reports, and what a failure does to the rest."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.demo.failures import explain

if TYPE_CHECKING:
    from quarterdeck.demo.airflow_api import AirflowApi
    from quarterdeck.demo.running import Running

SHAPES = ("none", "one", "many", "tenant-fails", "report-fails", "survey-fails", "plan-fails")
RUN = "by-the-test"
States = dict[str, dict[str | None, str]]


@pytest.fixture(scope="module")
def ended(airflow: Running, api: AirflowApi) -> dict[str, str]:
    """The state of one run of each shape; they run side by side."""
    dags = {shape: f"executive_reports_{shape}" for shape in SHAPES}
    airflow.wait_until(lambda: all(api.has_dag(dag) for dag in dags.values()), "the DAGs", 90)
    for dag in dags.values():
        api.pause(dag, False)
        api.trigger(dag, RUN, {"mode": "send", "as_of": "2026-03-01"})
    deadline = time.monotonic() + 150
    states: dict[str, str] = {}
    while time.monotonic() < deadline:
        states = {shape: api.run_state(dag, RUN) for shape, dag in dags.items()}
        if set(states.values()) <= {"success", "failed"}:
            break
        airflow.check()
        time.sleep(1)
    return states


def instances(api: AirflowApi, shape: str) -> list[dict[str, Any]]:
    return api.task_instances(f"executive_reports_{shape}", RUN)


def states_of(api: AirflowApi, shape: str) -> States:
    """State by task and by the name of the mapped task (none where it is not mapped, or never was)."""
    found: States = {}
    for one in instances(api, shape):
        name = None if one["map_index"] < 0 else one["rendered_map_index"]
        found.setdefault(one["task_id"], {})[name] = one["state"]
    return found


def test_a50_nothing_due_runs_to_its_end(ended: dict[str, str], api: AirflowApi) -> None:
    """Mapping over an empty list skips; the joins run all the same and can say that nothing was due."""
    states = states_of(api, "none")
    assert ended["none"] == "success"
    assert states["conclude"] == states["close"] == states["plan"] == {None: "success"}
    for task in ("tenant.snapshot", "tenant.measure", "survey", "report.compose", "report.deliver"):
        assert states[task].get(None) in {None, "skipped"}, task
        assert set(states[task]) == {None}


def test_one_of_each(ended: dict[str, str], api: AirflowApi) -> None:
    """A mapped group of one hands over a scalar; the joins read the run's record instead."""
    assert ended["one"] == "success"
    assert states_of(api, "one") == {
        "plan": {None: "success"},
        "tenant.snapshot": {"sloop": "success"},
        "tenant.measure": {"sloop": "success"},
        "due_surveys": {None: "success"},
        "survey": {"account.main": "success"},
        "conclude": {None: "success"},
        "report.compose": {"cfo": "success"},
        "report.deliver": {"cfo": "success"},
        "close": {None: "success"},
    }


def test_many_of_each_under_their_names(ended: dict[str, str], api: AirflowApi) -> None:
    states = states_of(api, "many")
    assert ended["many"] == "success"
    assert set(states["tenant.snapshot"]) == set(states["tenant.measure"]) == {"sloop", "ketch", "yawl"}
    assert set(states["survey"]) == {"account.main", "repository.site"}
    assert set(states["report.compose"]) == set(states["report.deliver"]) == {"cfo", "ceo"}
    assert {state for by_name in states.values() for state in by_name.values()} == {"success"}


def test_a_failed_tenant_stops_neither_the_others_nor_the_reports(
    ended: dict[str, str], api: AirflowApi
) -> None:
    states = states_of(api, "tenant-fails")
    assert states["tenant.snapshot"] == {"sloop": "success", "broken": "failed", "yawl": "success"}
    assert (
        states["tenant.measure"].pop("1") == "upstream_failed"
    )  # it never ran, so it has no name but its index
    assert states["tenant.measure"] == {"sloop": "success", "yawl": "success"}
    assert states["conclude"] == {None: "success"}
    assert states["report.deliver"] == {"cfo": "success", "ceo": "success"}
    assert ended["tenant-fails"] == "failed"  # because close, which knows what was due, fails


def test_a_failed_survey_stops_no_report(ended: dict[str, str], api: AirflowApi) -> None:
    states = states_of(api, "survey-fails")
    assert states["survey"] == {"broken": "failed"}
    assert states["tenant.measure"] == {"sloop": "success"}
    assert states["conclude"] == {None: "success"}
    assert states["report.deliver"] == {"cfo": "success"}
    assert ended["survey-fails"] == "failed"


def test_a_failed_report_stops_no_other(ended: dict[str, str], api: AirflowApi) -> None:
    states = states_of(api, "report-fails")
    assert states["report.compose"] == {"cfo": "success", "broken": "failed"}
    assert states["report.deliver"] == {"cfo": "success", "1": "upstream_failed"}
    assert states["close"] == {None: "failed"}
    assert ended["report-fails"] == "failed"


def test_without_a_plan_nothing_is_done_and_the_run_fails(ended: dict[str, str], api: AirflowApi) -> None:
    states = states_of(api, "plan-fails")
    assert ended["plan-fails"] == "failed"
    assert states["plan"] == states["conclude"] == states["close"] == {None: "failed"}
    assert states["tenant.snapshot"] == states["report.deliver"] == {None: "upstream_failed"}


def test_what_can_not_heal_was_tried_once(ended: dict[str, str], api: AirflowApi) -> None:
    tries = {
        (one["task_id"], one["map_index"]): one["try_number"]
        for shape in ("tenant-fails", "report-fails", "survey-fails", "plan-fails")
        for one in instances(api, shape)
        if one["state"] == "failed"
    }
    assert tries
    assert set(tries.values()) == {1}


def test_a_failure_is_explained_with_its_log(
    ended: dict[str, str], airflow: Running, api: AirflowApi
) -> None:
    text = explain(airflow.stack.airflow.root / "logs", instances(api, "tenant-fails"))
    assert "tenant.snapshot [broken] failed:" in text
    assert "ValueError: snapshot of broken fails" in text
    assert "attempt=1.log" in text


def test_no_more_travels_than_ids(ended: dict[str, str], api: AirflowApi) -> None:
    """XCom has the run, the ids, and small answers; nothing else."""
    entries = api.get(f"/dags/executive_reports_many/dagRuns/{RUN}/taskInstances/plan/xcomEntries")
    assert {entry["key"] for entry in entries["xcom_entries"]} == {"return_value", "run", "surveys"}
