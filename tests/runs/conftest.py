"""A real Airflow for the tests of this room: scheduler, DAG processor and API, started once."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.demo import running
from quarterdeck.demo.airflow_api import AirflowApi
from quarterdeck.demo.airflow_home import USER
from quarterdeck.demo.services import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.demo.running import Running

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Airflow on the shapes of this folder and on the golden portfolio, with no AWS beside it."""
    dags = tmp_path_factory.mktemp("dags")
    for file in (Path(__file__).parent / "shapes" / "day_shapes.py", ROOT / "dags" / "executive_reports.py"):
        shutil.copy(file, dags)
    patch = pytest.MonkeyPatch()
    patch.setenv("QUARTERDECK_PORTFOLIOS", str(ROOT / "tests" / "golden" / "portfolios"))
    for connection in ("SHAPES", "LANTERN_AWS"):
        value = '{"conn_type": "aws", "login": "nobody", "password": "nothing"}'
        patch.setenv(f"AIRFLOW_CONN_{connection}", value)
    stack = Stack(tmp_path_factory.mktemp("airflow"), ROOT, dags, aws=False)
    try:
        with running.services(stack) as services:
            yield services
    finally:
        patch.undo()


@pytest.fixture(scope="session")
def api(airflow: Running) -> AirflowApi:
    """Its API, once everything is up."""
    home = airflow.stack.airflow
    airflow.wait_until(home.passwords.exists, "a login")
    api = AirflowApi(airflow.ports.url("airflow"), USER, home.password)
    airflow.wait_until(api.answers, "Airflow to answer")
    return api
