"""The DAG ``dispatch``: every few minutes, for each portfolio on its own, what may go out now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from airflow.sdk import DAG

from quarterdeck.on_airflow.ses import SesDispatchOperator

if TYPE_CHECKING:
    from collections.abc import Sequence

DAG_ID = "dispatch"
_EVERY = "*/10 * * * *"
_LONGEST = timedelta(minutes=50)


def build_dispatch(portfolios: Sequence[str], *, manual: str) -> DAG:
    """One task per portfolio, so that one which fails keeps back no other. Runs never overlap."""
    dag = DAG(
        dag_id=DAG_ID,
        dag_display_name="Dispatch of what waits",
        description="Sends what was deferred, approved, asked again or left behind by a dead worker",
        doc_md=manual,
        schedule=_EVERY,
        start_date=datetime(2024, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        tags=["executive-reports", "mail"],
        dagrun_timeout=timedelta(hours=1),
        # The next run is minutes away: it is the retry.
        default_args={"owner": "quarterdeck", "retries": 0},
    )
    with dag:
        SesDispatchOperator.partial(
            task_id="dispatch", map_index_template="{{ portfolio }}", execution_timeout=_LONGEST
        ).expand(portfolio=list(portfolios))
    return dag
