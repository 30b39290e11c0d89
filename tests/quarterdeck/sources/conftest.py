"""DynamoDB and S3 for the sources: two independent implementations, and answers played back."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import zlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from quarterdeck.settings.definition import Dataset
from quarterdeck.sources.definition import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEYS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
NOW = datetime(2026, 5, 2, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Implementation:
    """A running implementation of AWS's APIs."""

    name: str
    url: str

    def client(self, service: str, **config: Any) -> Any:
        settings = {"retries": {"mode": "standard", "total_max_attempts": 3}, **config}
        settings.setdefault("s3", {"addressing_style": "path"})
        return boto3.client(service, endpoint_url=self.url, config=Config(**settings), **KEYS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _command(name: str, port: int) -> list[str]:
    if name == "moto":
        return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    return [sys.executable, "-m", "ministack.app"]


@pytest.fixture(scope="session", params=["ministack", "moto"])
def each_emulator(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Implementation]:
    """MiniStack, then moto's server: a test that uses it runs on each."""
    name, port = request.param, _free_port()
    folder = tmp_path_factory.mktemp(name)
    environment = {
        **os.environ,
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "STATE_DIR": str(folder),
        "S3_DATA_DIR": str(folder / "s3"),
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(_command(name, port), env=environment, stdout=log, stderr=log, cwd=folder)
    try:
        _wait_for(port, process, folder)
        yield Implementation(name, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Any) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"the emulator did not start: {(folder / 'log').read_text()[-2000:]}")


@dataclass
class Reply:
    """One answer to play back: a document, or an error by its code; or no answer at all."""

    document: Any = None
    status: int = 200
    error: Exception | None = None
    checksum: int | None = None


@dataclass
class Replay:
    """A DynamoDB that gives prepared answers, byte for byte as they would come over the wire."""

    replies: list[Reply] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    attempts: int = 1

    def page(self, items: list[dict[str, Any]], last: Any = None, **reply: Any) -> None:
        document: dict[str, Any] = {"Items": items, "Count": len(items), "ScannedCount": len(items)}
        if last is not None:
            document["LastEvaluatedKey"] = last
        self.replies.append(Reply(document, **reply))

    def refuse(self, code: str, message: str = "no", status: int = 400) -> None:
        kind = f"com.amazonaws.dynamodb.v20120810#{code}"
        self.replies.append(Reply({"__type": kind, "message": message}, status))

    def fail(self, error: Exception) -> None:
        self.replies.append(Reply(error=error))

    def client(self, _service: str = "dynamodb") -> Any:
        retries = {"mode": "standard", "total_max_attempts": self.attempts}
        client = boto3.client("dynamodb", config=Config(retries=retries), **KEYS)
        client.meta.events.register("before-send.dynamodb", self._answer)
        return client

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        self.asked.append(json.loads(request.body))
        reply = self.replies.pop(0)
        if reply.error is not None:
            raise reply.error
        body = reply.document if isinstance(reply.document, bytes) else json.dumps(reply.document).encode()
        checksum = zlib.crc32(body) if reply.checksum is None else reply.checksum
        response = AWSResponse(request.url, reply.status, {"x-amz-crc32": str(checksum)}, None)
        response._content = body
        return response


@pytest.fixture
def replay() -> Replay:
    return Replay()


@pytest.fixture
def reading() -> Callable[..., Reading]:
    """How to read: with one client for every service, for 1 May 2026 in UTC."""

    def make(client: Any, **changes: Any) -> Reading:
        known = {
            "folder": None,
            "client": client if callable(client) else lambda _service: client,
            "now": NOW,
            "as_of": date(2026, 5, 1),
            "until": datetime(2026, 5, 2, tzinfo=UTC),
        }
        return Reading(**{**known, **changes})

    return make


@pytest.fixture
def dataset() -> Callable[..., Dataset]:
    """A dataset with these columns: ``dataset(booking_id="text", price="money")``."""

    def make(**columns: str) -> Dataset:
        declared = {name: {"type": kind} for name, kind in columns.items()}
        return Dataset.model_validate(
            {"id": "rows", "title": "Rows", "key": [], "timing": "state", "columns": declared}
        )

    return make
