from __future__ import annotations

import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from quarterdeck.demo.ports import Ports, answers, claim_ports
from quarterdeck.demo.processes import Family, Service

if TYPE_CHECKING:
    from pathlib import Path

# A leader whose child ignores SIGTERM and whose grandchild leaves the session, as a careless service may.
LEADER = """
import os, signal, subprocess, sys, time
from quarterdeck.demo.processes import lead_session, relatives, sweep
lead_session()
stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"
escaping = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)"
first = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE)
first.stdout.readline()
subprocess.run([sys.executable, "-c", escaping])  # gone at once: its child is an orphan in a session of its own
print(len(relatives(os.getpid())), flush=True)
sweep(os.getpid(), grace=0.5)
print(len(relatives(os.getpid())), flush=True)
"""  # noqa: E501


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux lets a process adopt its orphaned descendants"
)
def test_a_sweep_finds_the_stubborn_and_the_escaped() -> None:
    result = subprocess.run(
        [sys.executable, "-c", LEADER],
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,
        check=True,
    )
    assert result.stdout.split() == ["2", "0"]


def service(name: str, code: str, **more: float) -> Service:
    return Service(name, (sys.executable, "-c", code), **more)


def test_what_ends_by_itself_is_told(tmp_path: Path) -> None:
    family = Family(tmp_path)
    family.start(service("short", "import sys; print('said'); sys.exit(3)"))
    assert family.wait("short") == 3
    assert family.log("short").read_text() == "said\n"
    assert family.ended() == {}


def test_a_service_that_does_not_listen_is_ended_by_force(tmp_path: Path) -> None:
    family = Family(tmp_path)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True)"
    family.start(service("deaf", f"{deaf}; time.sleep(60)", stop_seconds=0.3))
    while not family.log("deaf").read_text():
        time.sleep(0.05)
    assert family.stop(["deaf", "never started"]) == {"deaf": -9}


def test_a_taken_port_is_replaced_by_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert answers(port)
        claim = claim_ports(Ports(airflow=port))
        assert claim.ports.airflow != port
        assert claim.ports.url("airflow") == f"http://127.0.0.1:{claim.ports.airflow}"
        claim.release()


def test_a_claimed_port_is_not_given_twice_though_nothing_listens_yet() -> None:
    first = claim_ports()
    second = claim_ports(first.ports)
    assert not {first.ports.airflow, first.ports.emulator} & {second.ports.airflow, second.ports.emulator}
    first.release()
    again = claim_ports(first.ports)
    assert again.ports == first.ports
    second.release()
    again.release()
