"""An emulator that enforces IAM, and a role in it that has the documented policies and nothing else."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

POLICIES = Path(__file__).parents[2] / "docs" / "iam"
REGION = "us-east-1"
PLACES = {
    "Account": "000000000000",
    "Region": REGION,
    "SourcesTable": "world",
    "SourcesBucket": "sources",
    "SourcesPrefix": "books/",
    "ExportBucket": "exports",
    "ExportPrefix": "tables/",
    "LakeBucket": "lake",
    "LakePrefix": "harbor/",
    "ArchiveBucket": "archive",
    "ArchivePrefix": "",
    "LedgerTable": "deliveries",
    "EventQueue": "mail-events",
    "DeadLetterQueue": "mail-events-dead",
    "SenderAddress": "reports@mail.example",
    "SenderDomain": "mail.example",
    "RecipientDomain": "owners.example",
    "ConfigurationSet": "mail",
}
# Where the emulator doesn't know an action's resource or its condition, and refuses what AWS allows. Each has
# a test that fails the day it does.
WIDENED = {
    "SnapshotStartsExport": {"Resource"},
    "SnapshotAwaitsExport": {"Resource"},
    "DeliverSends": {"Resource", "Condition"},
    "ReadUseOfAccessKeys": {"Resource"},
    "ListLogGroups": {"Resource"},
}


def statements(name: str, *, as_written: Collection[str] = ()) -> list[dict[str, Any]]:
    """The statements of a documented policy, with the places of these tests.

    ``as_written``: of which parts of a statement (``Resource``, ``Condition``) nothing is widened.
    """
    text = (POLICIES / f"{name}.json").read_text()
    for place, value in PLACES.items():
        text = text.replace(f"${{{place}}}", value)
    found: list[dict[str, Any]] = json.loads(text)["Statement"]
    return [_widened(one, WIDENED.get(one["Sid"], set()) - set(as_written)) for one in found]


def _widened(one: dict[str, Any], parts: set[str]) -> dict[str, Any]:
    rest = {name: value for name, value in one.items() if name not in parts}
    return rest | ({"Resource": ["*"]} if "Resource" in parts else {})


def without(policy: list[dict[str, Any]], sid: str, action: str | None = None) -> list[dict[str, Any]]:
    """The policy without a statement, or with that statement but for one of its actions."""
    kept = []
    for one in policy:
        actions = [a for a in one["Action"] if one["Sid"] != sid or action not in (None, a)]
        if actions:
            kept.append({**one, "Action": actions})
    assert kept != policy
    return kept


@dataclass
class Enforcing:
    """The emulator. ``root`` gives a client that may do everything, ``client`` one of the role."""

    url: str
    keys: dict[str, str] = field(default_factory=dict)

    def root(self, service: str, region: str = REGION) -> Any:
        return self._client(
            service, region, {"aws_access_key_id": "test", "aws_secret_access_key": "test"}, {}
        )

    def client(self, service: str, region: str = REGION, **config: Any) -> Any:
        return self._client(service, region, self.keys, config)

    def _client(self, service: str, region: str, keys: dict[str, str], config: dict[str, Any]) -> Any:
        settings = {"retries": {"total_max_attempts": 1}, "s3": {"addressing_style": "path"}, **config}
        return boto3.client(
            service, endpoint_url=self.url, region_name=region, config=Config(**settings), **keys
        )

    def assume(self) -> None:
        """A role without any policy, taken as the tasks' connection takes one (``role_arn``)."""
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": PLACES["Account"]}}
        role = self.root("iam").create_role(
            RoleName="quarterdeck", AssumeRolePolicyDocument=_document([trust])
        )["Role"]
        found = self.root("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="tasks")["Credentials"]
        self.keys = {
            "aws_access_key_id": found["AccessKeyId"],
            "aws_secret_access_key": found["SecretAccessKey"],
            "aws_session_token": found["SessionToken"],
        }

    def allow(self, policy: list[dict[str, Any]]) -> None:
        """From now on the role may do this, and nothing else."""
        self.root("iam").put_role_policy(
            RoleName="quarterdeck", PolicyName="policy", PolicyDocument=_document(policy)
        )


def _document(policy: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": policy})


@pytest.fixture(scope="session")
def enforcing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enforcing]:
    """MiniStack with IAM enforced, and a role in it."""
    folder = tmp_path_factory.mktemp("enforcing")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "MINISTACK_DDB_EXPORT_COMPLETE_AFTER_SEC": "0.1",
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"], env=environment, stdout=log, stderr=log, cwd=folder
        )
    try:
        _wait_for(port, process, folder / "log")
        emulator = Enforcing(f"http://127.0.0.1:{port}")
        emulator.assume()
        yield emulator
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"the emulator did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def policy() -> Callable[..., list[dict[str, Any]]]:
    """The statements of a documented policy."""
    return statements


@pytest.fixture(scope="session")
def less() -> Callable[..., list[dict[str, Any]]]:
    """A policy without a statement, or without one action of it."""
    return without
