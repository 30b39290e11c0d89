"""What runs beside each other in the embedded default: an AWS emulator, a stand-in for SES, and Airflow."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quarterdeck.demo.airflow_home import AirflowHome
from quarterdeck.demo.aws_access import PROFILE, airflow_connections
from quarterdeck.demo.ports import LOOPBACK
from quarterdeck.demo.processes import Service
from quarterdeck.settings.places import Places

if TYPE_CHECKING:
    from pathlib import Path

    from quarterdeck.demo.ports import Ports

AWS = ("emulator", "ses", "account")
AIRFLOW = ("api-server", "dag-processor", "scheduler")


@dataclass(frozen=True)
class Stack:
    """``home``: all that they leave behind. ``checkout``: where ``plugins/`` is. ``dags``: what Airflow runs.

    ``schedules``: whether DAGs start by the clock. ``aws``: with the emulator and the stand-in.
    ``validates``: whether tasks are expected to use Great Expectations.
    """

    home: Path
    checkout: Path
    dags: Path
    schedules: bool = False
    aws: bool = True
    validates: bool = True

    @property
    def airflow(self) -> AirflowHome:
        """The Airflow in it."""
        return AirflowHome(self.home / "airflow", self.dags, self.checkout / "plugins")

    @property
    def logs(self) -> Path:
        """What the services print."""
        return self.home / "logs"

    def environment(self, ports: Ports) -> dict[str, str]:
        """What every program here inherits beside this process's own environment."""
        places = Places.from_environment(os.environ)
        return {
            "PYTHONPATH": str(self.checkout / "plugins"),
            "PYTHONUNBUFFERED": "1",
            "NO_PROXY": ",".join(filter(None, (os.environ.get("NO_PROXY"), LOOPBACK))),
            "QUARTERDECK_HOME": str(self.home),
            "QUARTERDECK_INCLUDE": str(places.include),
            "QUARTERDECK_PORTFOLIOS": os.pathsep.join(map(str, places.portfolios)),
            **(self._aws_environment(places, ports) if self.aws else {}),
        }

    def _aws_environment(self, places: Places, ports: Ports) -> dict[str, str]:
        folder = self.home / "aws"
        return {
            **airflow_connections(places, ports),
            # Whatever the user's own AWS settings are, the demo reaches none of it.
            "AWS_CONFIG_FILE": str(folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
            "AWS_PROFILE": PROFILE,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def aws_services(self, ports: Ports) -> list[Service]:
        """The emulator with its state on disk, and the stand-ins for what it lacks.

        That for SES publishes to the emulator's SNS; that for an account passes on to the emulator.
        """
        return [
            Service(
                "emulator",
                (sys.executable, "-m", "ministack"),
                _emulator_environment(self.home / "emulator", ports.emulator),
                stop_seconds=30,  # it writes its state when it ends, and only then
            ),
            Service(
                "ses",
                (
                    sys.executable, "-m", "quarterdeck.demo.ses_standin",
                    "--port", str(ports.ses),
                    "--state", str(self.home / "ses"),
                    "--sns-endpoint", ports.url("emulator"),
                ),
                self.environment(ports),
                stop_seconds=10,
            ),
            Service(
                "account",
                (
                    sys.executable, "-m", "quarterdeck.demo.account_standin",
                    "--port", str(ports.account),
                    "--emulator", ports.url("emulator"),
                ),
                self.environment(ports),
                stop_seconds=10,
            ),
        ]  # fmt: skip

    def migration(self, ports: Ports) -> Service:
        """Brings Airflow's metadata database up to date; ends by itself."""
        return self._airflow("migration", ports, "db", "migrate")

    def airflow_services(self, ports: Ports) -> list[Service]:
        """The three parts of Airflow that a day needs, none of which serves its logs on a port of its own."""
        arguments = {"scheduler": ("--skip-serve-logs",)}
        return [self._airflow(name, ports, name, *arguments.get(name, ())) for name in AIRFLOW]

    def _airflow(self, name: str, ports: Ports, *arguments: str) -> Service:
        return Service(name, airflow_command(*arguments), self.airflow_environment(ports))

    def airflow_environment(self, ports: Ports) -> dict[str, str]:
        """What a program of Airflow inherits, its command line as well."""
        settings = self.airflow.environment(ports.airflow, schedules=self.schedules, validates=self.validates)
        return {**self.environment(ports), **settings}


def airflow_command(*arguments: str) -> tuple[str, ...]:
    """Airflow's own command line."""
    return (sys.executable, "-m", "airflow", *arguments)


def _emulator_environment(folder: Path, port: int) -> dict[str, str]:
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    return {
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
        "TMPDIR": str(folder / "tmp"),
        "LOG_LEVEL": "WARNING",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # It would clear away containers of other emulators on the user's Docker.
        "DOCKER_HOST": f"unix://{folder}/no-docker.sock",
    }
