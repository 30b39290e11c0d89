"""How Airflow, the command line and this package reach the embedded AWS: keys that open nothing else."""

from __future__ import annotations

import configparser
import json
import os
from typing import TYPE_CHECKING, Any

from quarterdeck.errors import ConfigError
from quarterdeck.settings.yaml_files import load

if TYPE_CHECKING:
    from pathlib import Path

    from quarterdeck.demo.ports import Ports
    from quarterdeck.settings.places import Places

PROFILE = "quarterdeck-demo"
INSPECTOR = "quarterdeck-demo-inspector"  # whose account is the stand-in before the emulator
REGION = "us-west-2"
# The emulator takes any pair; these say in a log what they are.
_KEY_ID, _SECRET = "embedded-demo", "opens-nothing-but-the-emulator"


def airflow_connections(places: Places, ports: Ports) -> dict[str, str]:
    """AIRFLOW_CONN_… for the connections that each portfolio names, all of them to the embedded AWS.

    Those of its accounts, which are inspected, lead to the stand-in that has a bill too.
    """
    return {
        f"AIRFLOW_CONN_{name.upper()}": _connection(ports, service)
        for name, service in sorted(_connections(places).items())
    }


def _connection(ports: Ports, service: str) -> str:
    return json.dumps(
        {
            "conn_type": "aws",
            "login": _KEY_ID,
            "password": _SECRET,
            "extra": {
                "region_name": REGION,
                "endpoint_url": ports.url(service),
                "service_config": {"sesv2": {"endpoint_url": ports.url("ses")}},
            },
        }
    )


def _connections(places: Places) -> dict[str, str]:
    """Each connection's name, and which service of ours it leads to."""
    names: dict[str, str] = {}
    for folder in places.portfolio_folders().values():
        try:
            data = load(folder / "portfolio.yaml").data
            accounts = [account.get("connection") for account in data.get("accounts") or ()]
            names |= {str(name): "account" for name in accounts if name}
            names[str(data["aws"]["connection"])] = "emulator"
        except (ConfigError, AttributeError, KeyError, TypeError):
            continue  # `plan` tells what is wrong with it
    return names


def write_profile(folder: Path, ports: Ports) -> None:
    """``config`` and ``credentials`` with the command line's profiles, in the format of the AWS tools."""
    folder.mkdir(parents=True, exist_ok=True)
    config, credentials = configparser.ConfigParser(), configparser.ConfigParser()
    for profile, service in {PROFILE: "emulator", INSPECTOR: "account"}.items():
        config[f"profile {profile}"] = {
            "region": REGION,
            "endpoint_url": ports.url(service),
            "services": f"{PROFILE}-services",
        }
        credentials[profile] = {"aws_access_key_id": _KEY_ID, "aws_secret_access_key": _SECRET}
    config[f"services {PROFILE}-services"] = {"sesv2": f"\nendpoint_url = {ports.url('ses')}"}
    for name, content in {"config": config, "credentials": credentials}.items():
        with (folder / name).open("w") as file:
            content.write(file)


def embedded_client(service: str, ports: Ports, region: str = REGION) -> Any:
    """A boto3 client of the embedded AWS, never by way of the user's proxy or AWS settings."""
    import boto3
    import botocore.session
    from botocore.config import Config

    nowhere = (None, None, None, None)  # neither AWS_PROFILE nor a default: the user's has no say here
    session = botocore.session.Session(session_vars={"profile": nowhere})
    session.set_config_variable("config_file", os.devnull)
    return boto3.Session(botocore_session=session).client(
        service,
        region_name=region,
        endpoint_url=ports.url("ses" if service == "sesv2" else "emulator"),
        config=Config(proxies={}, retries={"mode": "standard", "total_max_attempts": 4}),
        aws_access_key_id=_KEY_ID,
        aws_secret_access_key=_SECRET,
    )
