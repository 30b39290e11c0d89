"""What tests of several rooms share: how they are spread over cores, and an AWS emulator for the session."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parent
# Folders whose tests share what is slow to set up: a scheduler, an emulator, a demo world.
STAY_TOGETHER = ("golden", "iam", "real", "runs", "quarterdeck/sources")
SLOWEST_FIRST = ("runs", "golden")
START_SECONDS = 30
STOP_SECONDS = 10


class FilesTogether(LoadScopeScheduling):
    """A file's tests stay on one core, and so do those of the folders named above."""

    def _split_scope(self, nodeid: str) -> str:
        place = nodeid.split("::", 1)[0].removeprefix("tests/")
        return next((name for name in STAY_TOGETHER if place.startswith(f"{name}/")), place)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FilesTogether:
    """Not xdist's own groups: with pytest 9.2 it can't change a test's id any more, which they are made of.

    The slowest folders begin, so that none of them is left to one core at the end.
    """
    config.option.loadscopereorder = False
    return FilesTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        place = item.path.relative_to(TESTS).parts[0]
        return SLOWEST_FIRST.index(place) if place in SLOWEST_FIRST else len(SLOWEST_FIRST)

    items.sort(key=rank)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_listening(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the emulator did not listen within {START_SECONDS} s:\n{log.read_text()[-2000:]}")


def stop_group(process: subprocess.Popen[bytes]) -> None:
    """End the process and its children: they are a process group of their own."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        return


class Emulator:
    """A MiniStack on loopback with a folder of its own; it may be stopped and started again."""

    def __init__(self, folder: Path, *, keeps_state: bool = False) -> None:
        self._folder, self._keeps_state = folder, keeps_state
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.endpoint = f"http://127.0.0.1:{self._port}"

    @property
    def arguments(self) -> dict[str, str]:
        """Keyword arguments for ``boto3.client``, with made-up credentials."""
        return {
            "endpoint_url": self.endpoint,
            "region_name": "us-east-1",
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }

    def start(self) -> None:
        environment = os.environ | {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self._port),
            "IOT_MTLS_ENABLED": "0",
            "PERSIST_STATE": str(int(self._keeps_state)),
            "S3_PERSIST": str(int(self._keeps_state)),
            "STATE_DIR": str(self._folder / "state"),
            "S3_DATA_DIR": str(self._folder / "s3"),
        }
        log = self._folder / "log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [str(Path(sys.executable).with_name("ministack"))],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until_listening(self._process, self._port, log)

    def stop(self) -> None:
        if self._process is not None:
            stop_group(self._process)
            self._process = None


@pytest.fixture(scope="session")
def aws_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a MiniStack of this session's own, on loopback, empty at the start."""
    emulator = Emulator(tmp_path_factory.mktemp("ministack"))
    try:
        emulator.start()
        yield emulator.endpoint
    finally:
        emulator.stop()


@pytest.fixture
def own_emulator(tmp_path: Path) -> Iterator[Emulator]:
    """A MiniStack for one test that stops it half way; what was in it is there again afterwards."""
    folder = tmp_path / "ministack"
    folder.mkdir()
    emulator = Emulator(folder, keeps_state=True)
    try:
        emulator.start()
        yield emulator
    finally:
        emulator.stop()


@pytest.fixture(scope="session")
def aws(aws_endpoint: str) -> dict[str, str]:
    """Keyword arguments for ``boto3.client``: the session's emulator, with made-up credentials."""
    return {
        "endpoint_url": aws_endpoint,
        "region_name": "us-east-1",
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }
