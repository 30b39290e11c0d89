"""Child processes that leave nothing behind.

Airflow puts every task in a process group of its own, and its components do not end their children on
SIGTERM. So whoever starts services leads a session of its own, adopts orphans (where the system knows how),
and in the end looks for every process that descends from it or is of its session.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Service:
    """One program to run. ``stop_seconds``: how long it may take to end by itself."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_seconds: float = 5


class Family:
    """The services that this process started. Their output goes to ``<logs>/<name>.log``."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: dict[str, tuple[Service, subprocess.Popen[bytes]]] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, service: Service) -> None:
        """Start it, in this process's session; its log of the time before is replaced."""
        with self.log(service.name).open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - the commands are this package's own
                service.command,
                env={**os.environ, **service.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._running[service.name] = (service, process)

    def log(self, name: str) -> Path:
        """Where the output of a service goes."""
        return self._logs / f"{name}.log"

    def ended(self) -> dict[str, int]:
        """The services that ended by themselves, with their exit codes."""
        codes = {name: process.poll() for name, (_, process) in self._running.items()}
        return {name: code for name, code in codes.items() if code is not None}

    def wait(self, name: str) -> int:
        """Wait for a service that ends by itself; answers its exit code."""
        _, process = self._running.pop(name)
        return process.wait()

    def stop(self, names: Iterable[str]) -> dict[str, int]:
        """Ask each to end, all at once, then make it end; answers the exit codes."""
        asked = [self._running.pop(name) for name in names if name in self._running]
        for _, process in asked:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        started = time.monotonic()
        codes = {}
        for service, process in asked:
            left = max(0.1, service.stop_seconds - (time.monotonic() - started))
            try:
                codes[service.name] = process.wait(left)
            except subprocess.TimeoutExpired:
                process.kill()
                codes[service.name] = process.wait()
        return codes

    def pids(self, names: Iterable[str]) -> set[int]:
        """The process ids of those that were started and not stopped."""
        return {self._running[name][1].pid for name in names if name in self._running}


def lead_session() -> None:
    """Lead a session of one's own (unless one does), and adopt orphaned descendants on Linux."""
    if os.getsid(0) != os.getpid():
        os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def relatives(leader: int, *, spare: frozenset[int] = frozenset()) -> list[psutil.Process]:
    """Every living process that descends from ``leader`` or is of its session, except itself."""
    found: dict[int, psutil.Process] = {}
    with contextlib.suppress(psutil.NoSuchProcess):
        found = {child.pid: child for child in psutil.Process(leader).children(recursive=True)}
    for process in psutil.process_iter():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(process.pid) == leader:
                found.setdefault(process.pid, process)
    return [p for pid, p in found.items() if pid not in {leader, os.getpid(), *spare} and _lives(p)]


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def sweep(leader: int, *, spare: frozenset[int] = frozenset(), grace: float = 3) -> int:
    """End every relative of ``leader``, after ``grace`` seconds by force; answers how many there were."""
    first = relatives(leader, spare=spare)
    _signal(first, signal.SIGTERM)
    psutil.wait_procs(first, timeout=grace)
    for _ in range(20):  # a process may still have started another one meanwhile
        left = relatives(leader, spare=spare)
        if not left:
            break
        _signal(left, signal.SIGKILL)
        psutil.wait_procs(left, timeout=1)
    return len(first)


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def reap() -> None:
    """Collect what is left of adopted children that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
