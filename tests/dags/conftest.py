"""Airflow with nothing of the machine's own: a home of its own, no examples, no database."""

from __future__ import annotations

import os
import tempfile
import warnings

import pytest

# Airflow reads these when it is imported, which the first test module of any room may do.
os.environ.setdefault("AIRFLOW_HOME", tempfile.mkdtemp(prefix="quarterdeck-airflow-"))
os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
os.environ.setdefault("AIRFLOW__CORE__UNIT_TEST_MODE", "False")


@pytest.fixture(autouse=True)
def _quiet_airflow() -> None:
    warnings.filterwarnings("ignore", module="airflow")
