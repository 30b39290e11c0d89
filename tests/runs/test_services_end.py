"""Whatever ends a launcher, nothing that it started is left running or listening."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from quarterdeck.demo.keeper import clean_up_after, read_keeping, unsaved_mark
from quarterdeck.demo.ports import LOOPBACK, answers
from quarterdeck.demo.processes import relatives

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]

# A launcher that starts the embedded AWS through its keeper and then does nothing.
LAUNCHER = """
import sys, time
from pathlib import Path
from quarterdeck.demo import keeper, running
from quarterdeck.demo.launcher import _interrupt
from quarterdeck.demo.services import Stack
import signal
signal.signal(signal.SIGTERM, _interrupt)
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may have it ignored
stack = Stack(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[1]))
with running.services(stack) as services:
    services.wait_for_aws()
    print("ready", flush=True)
    time.sleep(120)
"""


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(tmp_path), str(ROOT)], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def gone(keeper: int, seconds: float = 40) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not psutil.pid_exists(keeper) and not relatives(keeper):
            return True
        time.sleep(0.2)
    return False


def listening(keeper: int) -> set[str]:
    """The addresses on which the keeper's services listen."""
    found = set()
    for process in relatives(keeper):
        for connection in process.net_connections(kind="inet"):
            if connection.status == psutil.CONN_LISTEN:
                found.add(connection.laddr.ip)
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_services_end_with_their_launcher(
    launcher: subprocess.Popen[str], tmp_path: Path, number: signal.Signals
) -> None:
    keeping = read_keeping(tmp_path)
    assert keeping is not None
    assert listening(keeping.pid) == {LOOPBACK}
    launcher.send_signal(number)
    launcher.wait(60)
    assert gone(keeping.pid)
    assert not any(
        answers(port) for port in (keeping.ports.airflow, keeping.ports.emulator, keeping.ports.ses)
    )
    assert not unsaved_mark(tmp_path).exists()  # the emulator was let save its state
    assert read_keeping(tmp_path) is None


def test_what_a_killed_keeper_leaves_is_cleaned_up(launcher: subprocess.Popen[str], tmp_path: Path) -> None:
    keeping = read_keeping(tmp_path)
    assert keeping is not None
    psutil.Process(keeping.pid).kill()
    launcher.kill()
    launcher.wait(10)
    assert relatives(keeping.pid)
    assert clean_up_after(keeping, tmp_path) > 0
    assert gone(keeping.pid, 5)
    assert not unsaved_mark(tmp_path).exists()
