"""What became of a portfolio's mail, every few minutes: one task that empties the queue of SES's events.

Amazon's own SQS sensor and trigger delete a message when they receive it, so one that is lost on its way to
the task is gone: here it is received, applied, and then deleted, within the task.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from airflow.sdk import DAG
from airflow.timetables.trigger import CronTriggerTimetable

from quarterdeck.on_airflow import tasks
from quarterdeck.on_airflow.retries import TransientFaults

if TYPE_CHECKING:
    from quarterdeck.settings.definition import PortfolioHead

_EVERY_FIVE_MINUTES = "*/5 * * * *"


def events_dag_id_of(portfolio: str) -> str:
    """The id of the DAG that reads a portfolio's mail events."""
    return f"mail_events_{portfolio}"


def build_events_dag(head: PortfolioHead, *, manual: str) -> DAG:
    """The DAG of one portfolio; ``manual`` is shown in Airflow's page. One run at a time, none caught up."""
    dag = DAG(
        dag_id=events_dag_id_of(head.id),
        dag_display_name=f"Mail events: {head.title}",
        description=f"What became of the mail of {head.title}",
        doc_md=manual,
        schedule=CronTriggerTimetable(_EVERY_FIVE_MINUTES, timezone="UTC"),
        start_date=datetime.fromisoformat(head.start).replace(tzinfo=ZoneInfo(head.timezone)),
        catchup=False,
        max_active_runs=1,
        tags=["mail-events", head.id, *head.tags],
        dagrun_timeout=timedelta(minutes=15),
        default_args={
            "owner": head.owner,
            "retry_policy": TransientFaults(),
            "retries": 1,
            "retry_delay": timedelta(seconds=30),
        },
    )
    with dag:
        tasks.mail_events.override(execution_timeout=timedelta(minutes=6))(head.id)
    return dag
