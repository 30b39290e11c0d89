"""The tasks of the day: thin wrappers that hand a step its run, and log how long it took.

Steps are imported when a task runs: every task of Airflow parses the whole DAG file first, and pandas,
Great Expectations and Jinja have no business there.
"""

from __future__ import annotations

import importlib
import logging
import os
import time
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context, task

if TYPE_CHECKING:
    from quarterdeck.steps.resources import Resources

log = logging.getLogger(__name__)


def resources() -> Resources:
    """What the steps of this process work with: AWS through Airflow's connections."""
    from quarterdeck.on_airflow.connections import connect
    from quarterdeck.settings.places import Places
    from quarterdeck.steps.resources import Resources

    return Resources(Places.from_environment(os.environ), connect)


def run_step(step: str, run: dict[str, Any], *subject: str, **more: Any) -> dict[str, Any]:
    """Run ``steps/<step>.py`` for a run (a RunRef as JSON) and log its seconds; answers what it answers."""
    from quarterdeck.steps.resources import RunRef

    body = getattr(importlib.import_module(f"quarterdeck.steps.{step}"), step)
    started, worked = time.monotonic(), time.process_time()
    outcome: dict[str, Any] = body(RunRef.from_json(run), *subject, resources(), **more)
    seconds, cpu = time.monotonic() - started, time.process_time() - worked
    log.info("%s: done %s seconds=%.2f cpu=%.2f", step, " ".join(subject) or run["portfolio"], seconds, cpu)
    return outcome


@task
def plan(portfolio: str) -> list[str]:
    """Settle day and mode; answers the tenants to measure, and under the key ``run`` the run itself.

    The tenants are the answer because Airflow maps over a task's answer alone, never over another key.
    """
    from quarterdeck.steps.plan import PlanRequest
    from quarterdeck.steps.plan import plan as plan_step

    context = get_current_context()
    dag_run = context["dag_run"]
    request = PlanRequest(
        portfolio=portfolio,
        run_id=dag_run.run_id,
        run_type=getattr(dag_run.run_type, "value", dag_run.run_type),
        logical_date=dag_run.logical_date,
        run_after=dag_run.run_after,
        params=dict(context["params"]),
    )
    planned = plan_step(request, resources())
    context["ti"].xcom_push(key="run", value=planned["run"])
    context["ti"].xcom_push(key="surveys", value=planned["surveys"])
    tenants: list[str] = planned["tenants"]
    return tenants


@task
def due_surveys() -> list[str]:
    """The repositories and accounts to survey: a task of its own, as ``plan`` can answer one list only."""
    names: list[str] = get_current_context()["ti"].xcom_pull(task_ids="plan", key="surveys")
    return names


@task(map_index_template="{{ survey }}")
def survey(run: dict[str, Any], name: str) -> dict[str, Any]:
    """Look into a repository or an account; answers counts and the location."""
    _name_mapped_task("survey", name)
    return run_step("survey", run, name)


@task(map_index_template="{{ tenant }}")
def snapshot(run: dict[str, Any], tenant: str) -> dict[str, Any]:
    """Take the tenant's snapshots; answers counts and the location."""
    _name_mapped_task("tenant", tenant)
    return run_step("snapshot", run, tenant)


@task(map_index_template="{{ tenant }}")
def measure(run: dict[str, Any], tenant: str) -> dict[str, Any]:
    """Measure the tenant's figures; answers counts, the verdict and the location."""
    _name_mapped_task("tenant", tenant)
    return run_step("measure", run, tenant)


@task(trigger_rule="all_done")
def conclude() -> list[str]:
    """Conclude over the portfolio, whatever became of each tenant; answers the reports to compose."""
    return list(run_step("conclude", _planned_run()))


@task(map_index_template="{{ report }}")
def compose(run: dict[str, Any], report: str) -> dict[str, Any]:
    """Compose and archive one report; answers its hash, its decision and the location."""
    _name_mapped_task("report", report)
    return run_step("compose", run, report)


@task(trigger_rule="all_done")
def close() -> dict[str, Any]:
    """Compare what was due with what became of it; fails where something due did not go out."""
    return run_step("close", _planned_run())


@task
def mail_events(portfolio: str) -> dict[str, Any]:
    """Apply what SES says became of the portfolio's mail; answers counts. It belongs to no run of a day."""
    from quarterdeck.steps.mail_events import mail_events as mail_events_step

    return mail_events_step(portfolio, resources())


def _planned_run() -> dict[str, Any]:
    """What ``plan`` handed over, for the joins, which also run after a failure. Raises RequestError."""
    from quarterdeck.errors import RequestError

    run: dict[str, Any] | None = get_current_context()["ti"].xcom_pull(task_ids="plan", key="run")
    if run is None:
        raise RequestError("this run has no plan: the log of task plan says why; mend it, then clear plan")
    return run


def _name_mapped_task(kind: str, name: str) -> None:
    # `map_index_template` sees the task's context alone, so the name has to be put there.
    get_current_context()[kind] = name
