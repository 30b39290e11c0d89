"""The DAG of a portfolio in several shapes, with stand-ins for the bodies of its tasks.

Airflow's scheduler runs this file: what is under test is the order of tasks, the mapping and what a failure
does to the rest. A tenant, survey or report called ``broken`` fails in its first task.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from quarterdeck.errors import DeliveryError
from quarterdeck.on_airflow import tasks
from quarterdeck.on_airflow.portfolio_dag import build_dag, dag_id_of
from quarterdeck.settings.definition import PortfolioHead

SURVEYS = {"one": ["account.main"], "many": ["account.main", "repository.site"], "survey-fails": ["broken"]}
SHAPES: dict[str, tuple[list[str], list[str]]] = {
    "none": ([], []),
    "one": (["sloop"], ["cfo"]),
    "many": (["sloop", "ketch", "yawl"], ["cfo", "ceo"]),
    "tenant-fails": (["sloop", "broken", "yawl"], ["cfo", "ceo"]),
    "report-fails": (["sloop", "ketch"], ["cfo", "broken"]),
    "survey-fails": (["sloop"], ["cfo"]),
    "plan-fails": ([], []),
}


@dataclass(frozen=True)
class Request:
    """As much of a PlanRequest as the stand-in needs."""

    portfolio: str
    run_id: str
    run_type: str
    logical_date: Any
    run_after: Any
    params: dict[str, Any]


def planned(request: Request, resources: None) -> dict[str, Any]:
    if request.portfolio == "plan-fails":
        raise ValueError("the configuration is wrong")
    tenants, reports = SHAPES[request.portfolio]
    run = {
        "portfolio": request.portfolio,
        "reports": reports,
        "aws": {"connection": "shapes", "region": "us-west-2"},
    }
    surveys = SURVEYS.get(request.portfolio, [])
    return {"run": run, "tenants": tenants, "surveys": surveys, "reports": reports}


def stand_in(step: str, run: dict[str, Any], *subject: str, **more: Any) -> dict[str, Any]:
    if subject == ("broken",) and step in {"snapshot", "survey", "compose"}:
        raise ValueError(f"{step} of {subject[0]} fails")
    if step == "conclude":
        return {report: {} for report in run["reports"]}
    if step == "close" and run["portfolio"].endswith("-fails"):
        raise DeliveryError("something due did not go out")
    return {"step": step, "subject": subject}


tasks.run_step = stand_in
tasks.resources = lambda: None
body = ModuleType("quarterdeck.steps.plan")
body.PlanRequest, body.plan = Request, planned
sys.modules[body.__name__] = body

for shape in SHAPES:
    head = PortfolioHead(
        id=shape,
        title=shape,
        owner="Tests",
        timezone="Europe/Amsterdam",
        schedule="0 6 * * *",
        start="2026-01-01",
        tags=(),
        error=None,
    )
    globals()[dag_id_of(shape)] = build_dag(head, manual=__doc__)
