"""The day of one portfolio as a DAG.

::

           ┌ tenant (mapped group):  snapshot ─ measure ┐            ┌ report (mapped group) ┐
    plan ──┤                                            ├─ conclude ─┤   compose ─ deliver   ├─ close
           └ due_surveys ─ survey (mapped) ─────────────┘            └───────────────────────┘

A survey looks into a git repository or an AWS account. Tenants and reports are mapped *groups*: with
separate expands one failed tenant would make all later tasks ``upstream_failed`` or empty, and the run would
still say *success*. ``conclude`` and ``close`` run once all before them is done, also where there was nothing
to do; joins go through the run's record in the lake. A run is what ``close``, its last task, says that it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from airflow.sdk import DAG, task_group
from airflow.timetables.interval import CronDataIntervalTimetable

from quarterdeck.on_airflow import tasks
from quarterdeck.on_airflow.params import portfolio_params
from quarterdeck.on_airflow.retries import TransientFaults
from quarterdeck.on_airflow.ses import SesDeliverOperator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quarterdeck.settings.definition import PortfolioHead

_RETRIES = {
    "retries": 2,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
}
_RUN_TIMEOUT = timedelta(hours=6)
_TIMEOUTS = {
    "plan": timedelta(minutes=10),
    "snapshot": timedelta(hours=1),
    "due_surveys": timedelta(minutes=10),
    "survey": timedelta(hours=1),
    "measure": timedelta(minutes=30),
    "conclude": timedelta(minutes=30),
    "compose": timedelta(minutes=30),
    "deliver": timedelta(hours=2),
    "close": timedelta(minutes=10),
}


def dag_id_of(portfolio: str) -> str:
    """The id of a portfolio's DAG."""
    return f"executive_reports_{portfolio}"


def build_dag(
    head: PortfolioHead, *, manual: str, reports: Sequence[str] = (), tenants: Sequence[str] = ()
) -> DAG:
    """The DAG of one portfolio; ``manual`` is shown in Airflow's page, the ids are offered in its form.

    A broken portfolio (``head.error``) still gets its DAG, without a schedule where that can't be read:
    its ``plan`` fails with every mistake.
    """
    dag = DAG(
        dag_id=dag_id_of(head.id),
        dag_display_name=f"Executive reports: {head.title}",
        description=head.error or f"Daily reports of {head.title}",
        doc_md=manual,
        schedule=_schedule(head),
        start_date=datetime.fromisoformat(head.start).replace(tzinfo=ZoneInfo(head.timezone)),
        catchup=False,
        tags=["executive-reports", head.id, *head.tags],
        params=portfolio_params(reports=reports, tenants=tenants),
        dagrun_timeout=_RUN_TIMEOUT,
        default_args={"owner": head.owner, "retry_policy": TransientFaults(), **_RETRIES},
    )
    with dag:
        _the_day(head.id)
    return dag


def _schedule(head: PortfolioHead) -> CronDataIntervalTimetable | None:
    # With data intervals the logical date is the start of the interval: the as-of day itself.
    if head.error or head.schedule is None:
        return None
    return CronDataIntervalTimetable(head.schedule, timezone=head.timezone)


def _the_day(portfolio: str) -> None:
    planned = _limited(tasks.plan)(portfolio)
    run = planned["run"]

    @task_group(group_id="tenant")
    def tenant_group(run: Any, tenant: Any) -> None:
        _limited(tasks.snapshot)(run, tenant) >> _limited(tasks.measure)(run, tenant)

    @task_group(group_id="report")
    def report_group(run: Any, report: Any) -> None:
        deliver = SesDeliverOperator(
            task_id="deliver",
            run=run,
            report=report,
            map_index_template="{{ report }}",
            execution_timeout=_TIMEOUTS["deliver"],
        )
        _limited(tasks.compose)(run, report) >> deliver

    tenants = tenant_group.partial(run=run).expand(tenant=planned)
    due_surveys = _limited(tasks.due_surveys)()
    surveys = _limited(tasks.survey).partial(run=run).expand(name=due_surveys)
    concluded = _limited(tasks.conclude)()
    planned >> due_surveys
    [planned, tenants, surveys] >> concluded
    [planned, report_group.partial(run=run).expand(report=concluded)] >> _limited(tasks.close)()


def _limited(step: Any) -> Any:
    return step.override(execution_timeout=_TIMEOUTS[step.function.__name__])
