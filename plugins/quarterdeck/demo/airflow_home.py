"""An Airflow of one's own inside the checkout: SQLite, LocalExecutor, loopback, generated secrets.

All its settings are environment variables, so that there is no ``airflow.cfg`` to edit and none to drift.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from quarterdeck.demo.ports import LOOPBACK

if TYPE_CHECKING:
    from pathlib import Path

USER = "admin"

# What the tasks of a day import, imported once before their processes are forked. Great Expectations alone
# takes seconds, which on a machine with two cores would be most of a first day.
FIRST_TIME = (
    "great_expectations",
    "quarterdeck.steps.taking",
    "quarterdeck.steps.figuring",
    "quarterdeck.steps.concluding",
    "quarterdeck.steps.surveying",
    "quarterdeck.reports.render",
)
PRELOAD = (
    "airflow.executors.local_executor",
    "airflow.sdk.execution_time.task_runner",
    "quarterdeck.on_airflow.portfolio_dag",
    "quarterdeck.steps.plan",
    "quarterdeck.steps.snapshot",
    "quarterdeck.steps.survey",
    "quarterdeck.steps.measure",
    "quarterdeck.steps.conclude",
    "quarterdeck.steps.compose",
    "quarterdeck.steps.deliver",
    "quarterdeck.steps.close",
)


@dataclass(frozen=True)
class AirflowHome:
    """``root``: AIRFLOW_HOME. ``dags`` and ``plugins``: the folders it runs."""

    root: Path
    dags: Path
    plugins: Path

    def prepare(self) -> None:
        """Make the folder, its secrets and the login, once."""
        self.root.mkdir(parents=True, exist_ok=True)
        if not self._secrets.exists():
            _write_private(
                self._secrets,
                {
                    "fernet": base64.urlsafe_b64encode(os.urandom(32)).decode(),
                    "jwt": secrets.token_urlsafe(48),
                    "session": secrets.token_urlsafe(48),
                },
            )
        if not self.passwords.exists():
            _write_private(self.passwords, {USER: secrets.token_urlsafe(12)})

    @property
    def _secrets(self) -> Path:
        return self.root / "secrets.json"

    @property
    def _database(self) -> Path:
        return self.root / "airflow.db"

    @property
    def passwords(self) -> Path:
        """The file of logins that Airflow's simple auth manager reads."""
        return self.root / "passwords.json"

    @property
    def password(self) -> str:
        """The password of ``USER``."""
        return str(json.loads(self.passwords.read_text())[USER])

    @property
    def migrated(self) -> bool:
        """Whether the metadata database is that of the Airflow installed."""
        stamp = self.root / "migrated"
        known = stamp.read_text() if stamp.exists() else ""
        return self._database.exists() and known == version("apache-airflow-core")

    def note_migrated(self) -> None:
        """Remember that the metadata database was migrated by the Airflow installed."""
        (self.root / "migrated").write_text(version("apache-airflow-core"))

    def environment(self, port: int, *, schedules: bool, validates: bool = True) -> dict[str, str]:
        """Every setting that differs from Airflow's own.

        ``schedules``: whether DAGs start by the clock. ``validates``: whether tasks are expected to use
        Great Expectations, which then is imported beforehand too.
        """
        keys = json.loads(self._secrets.read_text())
        url = f"http://{LOOPBACK}:{port}"
        settings = {
            "core": {
                "dags_folder": self.dags,
                "plugins_folder": self.plugins,
                "executor": "LocalExecutor",
                "parallelism": 4,
                "load_examples": False,
                "fernet_key": keys["fernet"],
                "execution_api_server_url": f"{url}/execution/",
                "simple_auth_manager_users": f"{USER}:admin",
                "simple_auth_manager_passwords_file": self.passwords,
                "hostname_callable": "socket.gethostname",
                "mp_forkserver_preload": ",".join((*PRELOAD, *FIRST_TIME) if validates else PRELOAD),
            },
            # SQLite lets one write at a time: rather wait for it than fail, as it does after 5 s by default.
            "database": {"sql_alchemy_conn": f"sqlite:///{self._database}?timeout=60"},
            "api": {"host": LOOPBACK, "port": port, "base_url": url, "secret_key": keys["session"]},
            "api_auth": {"jwt_secret": keys["jwt"]},
            "scheduler": {
                "mp_start_method": "forkserver",
                # The default of a second is most of what a hop from task to task costs here.
                "scheduler_idle_sleep_time": 0.1,
                "scheduler_health_check_server_host": LOOPBACK,
                "use_job_schedule": schedules,
            },
            # Now and then a supervisor misses the end of its task and sleeps until its next heartbeat.
            "workers": {"min_heartbeat_interval": 1, "max_failed_heartbeats": 15},
            "dag_processor": {"refresh_interval": 15, "parsing_processes": 1},
            "logging": {"colored_console_log": False},
        }
        flat = {
            f"AIRFLOW__{section}__{name}".upper(): str(value)
            for section, options in settings.items()
            for name, value in options.items()
        }
        # Great Expectations calls home unless told so before it is imported.
        quiet = {"NO_COLOR": "1", "GX_ANALYTICS_ENABLED": "false"}
        return {"AIRFLOW_HOME": str(self.root), **quiet, **flat}


def _write_private(path: Path, content: dict[str, str]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(content, file)
