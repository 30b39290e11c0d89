"""The DAG ``dispatch``: a task for each portfolio, runs that never overlap, and what its operator does."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.serialization.serialized_objects import DagSerialization

from quarterdeck.on_airflow.dispatch_dag import build_dispatch
from quarterdeck.on_airflow.ses import SesDispatchOperator

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]


def test_a_task_for_each_portfolio_every_ten_minutes() -> None:
    dag = build_dispatch(["harbor", "quay"], manual="# Dispatch")
    (task,) = dag.tasks
    assert task.task_id == "dispatch"
    assert task.expand_input.value == {"portfolio": ["harbor", "quay"]}
    assert (dag.max_active_runs, dag.catchup) == (1, False)
    assert dag.schedule == "*/10 * * * *"
    assert DagSerialization.from_dict(DagSerialization.to_dict(dag)).dag_id == "dispatch"


def test_the_file_finds_the_portfolios(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTERDECK_PORTFOLIOS", str(ROOT / "tests" / "golden" / "portfolios"))
    monkeypatch.setenv("QUARTERDECK_INCLUDE", str(ROOT / "include"))
    spec = importlib.util.spec_from_file_location("dispatch_dag_file", ROOT / "dags" / "dispatch.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (task,) = module.dag.tasks
    assert {"lantern", "quay"} <= set(task.expand_input.value["portfolio"])


def test_the_operator_hands_the_step_its_portfolio(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def step(portfolio: str, resources: Any) -> dict[str, Any]:
        seen.append((portfolio, resources.connect.__module__))
        return {"portfolio": portfolio, "states": {"accepted": 1}}

    monkeypatch.setattr("quarterdeck.steps.dispatch.dispatch", step)
    context: Any = {}
    answer = SesDispatchOperator(task_id="dispatch", portfolio="harbor").execute(context)
    assert answer == {"portfolio": "harbor", "states": {"accepted": 1}}
    assert seen == [("harbor", "quarterdeck.on_airflow.connections")]
    assert context == {"portfolio": "harbor"}
