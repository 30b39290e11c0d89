"""The process that starts the services, watches over them and ends every one of them.

It leads a session of its own, so that Ctrl-C reaches the launcher alone, and the launcher orders the end.
On a leash (``--leash``) it also ends when its launcher does, however that ended: its standard input closes.
Where it stands is in ``<home>/keeper.json``; what went wrong is there too.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import shutil
import signal
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from quarterdeck.demo.aws_access import write_profile
from quarterdeck.demo.ports import Ports, claim_ports
from quarterdeck.demo.processes import Family, lead_session, reap, relatives, sweep
from quarterdeck.demo.services import AIRFLOW, AWS, Stack

if TYPE_CHECKING:
    from types import FrameType

_WATCH_SECONDS = 0.3


@dataclass(frozen=True)
class Keeping:
    """Where a keeper stands: ``starting``, ``up`` (all are started), or ``failed`` with the ``problem``."""

    pid: int
    born: float
    state: str
    ports: Ports
    leash: bool
    problem: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def lives(self) -> bool:
        """Whether that very process runs (a pid alone may be another's by now)."""
        try:
            return bool(abs(psutil.Process(self.pid).create_time() - self.born) < 1)
        except psutil.NoSuchProcess:
            return False


def record_of(home: Path) -> Path:
    """The file that says where the keeper stands."""
    return home / "keeper.json"


def read_keeping(home: Path) -> Keeping | None:
    """What the last keeper wrote down; None where there is nothing."""
    try:
        data = json.loads(record_of(home).read_text())
    except FileNotFoundError:
        return None
    return Keeping(**{**data, "ports": Ports(**data["ports"]), "notes": tuple(data["notes"])})


def unsaved_mark(home: Path) -> Path:
    """There while the emulator runs: found at a start, it tells that the emulator was killed."""
    return home / "emulator-unsaved"


def clean_up_after(keeping: Keeping, home: Path) -> int:
    """End what a keeper left behind that was killed itself; answers how many processes there were."""
    left = relatives(keeping.pid)
    emulators = [process for process in left if "ministack" in process.cmdline()]
    for process in emulators:
        process.terminate()
    _, alive = psutil.wait_procs(emulators, timeout=30)
    if emulators and not alive:
        unsaved_mark(home).unlink(missing_ok=True)
    sweep(keeping.pid)
    record_of(home).unlink(missing_ok=True)
    return len(left)


class Keeper:
    """Starts, watches, ends."""

    def __init__(self, stack: Stack, *, leash: bool) -> None:
        self._stack = stack
        self._leash = leash
        self._family = Family(stack.logs)
        self._claim = claim_ports()
        self._ports = self._claim.ports
        self._notes: list[str] = []
        self._ending = False

    def run(self) -> int:
        """Keep the services until told to end; answers the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._end)
        try:
            self._say("starting")
            problem = self._start() or self._watch()
            if problem:
                self._say("failed", problem)
            return 1 if problem else 0
        finally:
            self._stop()

    def _end(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - a signal handler's
        self._ending = True

    def _say(self, state: str, problem: str = "") -> None:
        born = psutil.Process().create_time()
        keeping = Keeping(os.getpid(), born, state, self._ports, self._leash, problem, tuple(self._notes))
        staged = record_of(self._stack.home).with_suffix(".staged")
        staged.write_text(json.dumps(asdict(keeping)))
        staged.replace(record_of(self._stack.home))

    def _start(self) -> str:
        """Start them in order; answers what went wrong."""
        stack, ports = self._stack, self._ports
        if stack.aws:
            self._start_afresh_if_unsaved()
            write_profile(stack.home / "aws", ports)
            unsaved_mark(stack.home).touch()
            for service in stack.aws_services(ports):
                self._family.start(service)
        stack.airflow.prepare()
        if not stack.airflow.migrated:
            migration = stack.migration(ports)
            self._family.start(migration)
            if problem := self._watch(until_ended=migration.name):
                return problem
            stack.airflow.note_migrated()
        if self._ending:
            return ""
        for service in stack.airflow_services(ports):
            self._family.start(service)
        self._say("up")
        return ""

    def _start_afresh_if_unsaved(self) -> None:
        """An emulator that was killed is back at an older day: its ledger no longer knows what was mailed."""
        if not unsaved_mark(self._stack.home).exists():
            return
        for name in ("emulator", "ses", "lake", "cache"):
            shutil.rmtree(self._stack.home / name, ignore_errors=True)
        self._notes.append(
            "the emulator was killed last time, before it could save: the demo's AWS starts from scratch"
        )

    def _watch(self, until_ended: str = "") -> str:
        """Until told to end (or until that service ended well); answers what ended by itself."""
        while not self._ending:
            ended = self._family.ended()
            if ended.get(until_ended) == 0:
                self._family.wait(until_ended)
                return ""
            for name, code in ended.items():
                return f"{name} ended by itself (exit code {code}); its log: {self._family.log(name)}"
            self._pause()
        return ""

    def _pause(self) -> None:
        if not self._leash:
            time.sleep(_WATCH_SECONDS)
            return
        readable, _, _ = select.select([sys.stdin], [], [], _WATCH_SECONDS)
        if readable and not os.read(sys.stdin.fileno(), 1):
            self._ending = True

    def _stop(self) -> None:
        """Airflow and its tasks first: what they still write has to find the emulator."""
        self._family.stop(AIRFLOW)
        aws = frozenset(self._family.pids(AWS))
        sweep(os.getpid(), spare=aws)
        codes = self._family.stop(AWS)
        if codes.get("emulator") == 0:
            unsaved_mark(self._stack.home).unlink(missing_ok=True)
        sweep(os.getpid())
        reap()
        keeping = read_keeping(self._stack.home)
        if keeping is not None and keeping.pid == os.getpid() and keeping.state != "failed":
            record_of(self._stack.home).unlink()


def main() -> int:
    """The keeper as a program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--checkout", type=Path, required=True)
    parser.add_argument("--dags", type=Path, required=True)
    parser.add_argument("--schedules", action="store_true")
    parser.add_argument("--no-aws", action="store_true")
    parser.add_argument("--no-validation", action="store_true")
    parser.add_argument("--leash", action="store_true")
    asked = parser.parse_args()
    lead_session()
    asked.home.mkdir(parents=True, exist_ok=True)
    stack = Stack(
        asked.home,
        asked.checkout,
        asked.dags,
        schedules=asked.schedules,
        aws=not asked.no_aws,
        validates=not asked.no_validation,
    )
    return Keeper(stack, leash=asked.leash).run()


if __name__ == "__main__":
    sys.exit(main())
