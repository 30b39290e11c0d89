"""Services from the outside: start a keeper or find the one that runs, wait for what it starts, end it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from quarterdeck.demo.keeper import clean_up_after, read_keeping
from quarterdeck.demo.ports import answers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from quarterdeck.demo.keeper import Keeping
    from quarterdeck.demo.ports import Ports
    from quarterdeck.demo.services import Stack

_END_SECONDS = 60
_LOOK_SECONDS = 0.2


class DemoError(Exception):
    """The embedded default can't go on; says why, and where to look."""


@dataclass(frozen=True)
class Running:
    """Services that run, or are on their way."""

    stack: Stack
    ports: Ports
    notes: tuple[str, ...]

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float = 180) -> None:
        """Wait until it is so. Raises DemoError when a service ended, or after so many seconds."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise DemoError(f"expected {what} within {seconds:.0f} s; the logs: {self.stack.logs}")
            time.sleep(_LOOK_SECONDS)

    def wait_for_aws(self) -> None:
        """Until the emulator and its stand-ins answer."""
        ports = (self.ports.emulator, self.ports.ses, self.ports.account)
        self.wait_until(lambda: all(answers(port) for port in ports), "the embedded AWS to answer", 60)

    def check(self) -> None:
        """Raises DemoError where the keeper is gone or found a service gone."""
        keeping = read_keeping(self.stack.home)
        if keeping is None or keeping.state == "failed" or not keeping.lives:
            problem = keeping.problem if keeping is not None and keeping.problem else "the services ended"
            raise DemoError(f"{problem}\n{self._log_tail(problem)}")

    def _log_tail(self, problem: str) -> str:
        for log in self.stack.logs.glob("*.log"):
            if str(log) in problem:
                return "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        return f"the logs: {self.stack.logs}"


def find(stack: Stack) -> Running | None:
    """The services that run already; what a killed keeper left behind is ended first."""
    keeping = read_keeping(stack.home)
    if keeping is None:
        return None
    if not keeping.lives:
        clean_up_after(keeping, stack.home)
        return None
    return None if keeping.state == "failed" else Running(stack, keeping.ports, keeping.notes)


def start(stack: Stack, *, leash: bool) -> tuple[Running, subprocess.Popen[bytes]]:
    """Start a keeper. On a leash its services end when this process does, however it ends."""
    stack.home.mkdir(parents=True, exist_ok=True)
    switches = {
        "--schedules": stack.schedules,
        "--no-aws": not stack.aws,
        "--no-validation": not stack.validates,
        "--leash": leash,
    }
    with (stack.home / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(  # noqa: S603 - this package's own program
            (
                sys.executable, "-m", "quarterdeck.demo.keeper",
                "--home", str(stack.home), "--checkout", str(stack.checkout), "--dags", str(stack.dags),
                *(switch for switch, on in switches.items() if on),
            ),
            stdin=subprocess.PIPE if leash else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )  # fmt: skip
    keeping = _first_word(stack, keeper)
    return Running(stack, keeping.ports, keeping.notes), keeper


def _first_word(stack: Stack, keeper: subprocess.Popen[bytes]) -> Keeping:
    while keeper.poll() is None:
        keeping = read_keeping(stack.home)
        if keeping is not None and keeping.pid == keeper.pid:
            return keeping
        time.sleep(_LOOK_SECONDS / 4)
    tail = (stack.home / "keeper.log").read_text(errors="replace")[-2000:]
    raise DemoError(f"the services could not be started:\n{tail}")


@contextmanager
def services(stack: Stack) -> Iterator[Running]:
    """The services that run already, else ones of our own, which end with this block."""
    if (running := find(stack)) is not None:
        yield running
        return
    running, keeper = start(stack, leash=True)
    try:
        yield running
    finally:
        _end(keeper)


def _end(keeper: subprocess.Popen[bytes]) -> None:
    """Order the end and wait for it; a second Ctrl-C meanwhile would leave processes behind."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        if keeper.stdin is not None:
            keeper.stdin.close()
        if keeper.poll() is None:
            keeper.terminate()
        try:
            keeper.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            keeper.kill()
            keeper.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop(stack: Stack) -> bool:
    """End the services that run in the background; False where there are none."""
    keeping = read_keeping(stack.home)
    if keeping is None:
        return False
    if keeping.lives:
        process = psutil.Process(keeping.pid)
        process.terminate()
        psutil.wait_procs([process], timeout=_END_SECONDS)
    return clean_up_after(keeping, stack.home) > 0 or keeping.state != "failed"
