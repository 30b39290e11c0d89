"""The DAG of mail events: one per portfolio that names a queue, one run at a time."""

from __future__ import annotations

import json
import runpy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.serialization.serialized_objects import DagSerialization

FILE = Path(__file__).parents[2] / "dags" / "mail_events.py"
HEAD = "title: {0}\nowner: Data desk\ntimezone: Europe/Amsterdam\nschedule: 0 6 * * *\n"


@pytest.fixture
def parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    more = {
        "calm": "mail_events: {queue: calm-mail-events}\n",
        "quiet": "",
        "broken": "mail_events: {queue: 'no such name!'}\n",
    }
    for name, text in more.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "portfolio.yaml").write_text(HEAD.format(name) + text)
    monkeypatch.setenv("QUARTERDECK_PORTFOLIOS", str(tmp_path))

    def parse() -> dict[str, Any]:
        found = runpy.run_path(str(FILE))
        return {name: dag for name, dag in found.items() if name.startswith("mail_events_")}

    return parse


def test_a_dag_for_each_portfolio_that_names_a_queue(parsed: Any) -> None:
    dags = parsed()
    assert list(dags) == ["mail_events_calm"]
    dag = dags["mail_events_calm"]
    (task,) = dag.tasks
    assert task.task_id == "mail_events"
    assert (dag.max_active_runs, dag.catchup, task.owner) == (1, False, "Data desk")
    assert task.has_retry_policy
    assert timedelta() < task.execution_timeout < dag.dagrun_timeout
    assert "aside" in dag.doc_md


def test_a_task_parses_its_own_dag_alone(parsed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "executive_reports_calm")
    assert parsed() == {}


def test_it_survives_the_way_through_the_metadata_database(parsed: Any) -> None:
    data = DagSerialization.to_dict(parsed()["mail_events_calm"])
    again = DagSerialization.from_dict(json.loads(json.dumps(data)))
    assert [task.task_id for task in again.tasks] == ["mail_events"]


def test_the_task_runs_the_step(parsed: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[Any] = []

    def step(portfolio: str, resources: Any) -> dict[str, Any]:
        seen.append((portfolio, resources.connect.__name__, resources.places.portfolios))
        return {"portfolio": portfolio}

    monkeypatch.setattr("quarterdeck.steps.mail_events.mail_events", step)
    (task,) = parsed()["mail_events_calm"].tasks
    assert task.python_callable(*task.op_args) == {"portfolio": "calm"}
    assert seen == [("calm", "connect", (tmp_path,))]
