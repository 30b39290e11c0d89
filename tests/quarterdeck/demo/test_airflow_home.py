from __future__ import annotations

import base64
import stat
from typing import TYPE_CHECKING

import pytest

from quarterdeck.demo.airflow_home import AirflowHome

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> AirflowHome:
    made = AirflowHome(tmp_path / "airflow", tmp_path / "dags", tmp_path / "plugins")
    made.prepare()
    return made


def test_secrets_are_private_and_made_once(home: AirflowHome) -> None:
    password = home.password
    home.prepare()
    assert home.password == password
    for name in ("secrets.json", "passwords.json"):
        assert stat.S_IMODE((home.root / name).stat().st_mode) == 0o600


def test_everything_is_bound_to_loopback(home: AirflowHome) -> None:
    environment = home.environment(1234, schedules=False)
    hosts = {
        name: value
        for name, value in environment.items()
        if name.endswith(("_HOST", "BASE_URL", "SERVER_URL"))
    }
    assert len(hosts) == 4
    assert all("127.0.0.1" in value for value in hosts.values()), hosts
    assert len(base64.urlsafe_b64decode(environment["AIRFLOW__CORE__FERNET_KEY"])) == 32
    assert environment["AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE"] == "False"


def test_the_database_counts_as_migrated_by_the_version_installed_alone(home: AirflowHome) -> None:
    assert not home.migrated
    (home.root / "airflow.db").touch()
    home.note_migrated()
    assert home.migrated
    (home.root / "migrated").write_text("3.0.0")
    assert not home.migrated
