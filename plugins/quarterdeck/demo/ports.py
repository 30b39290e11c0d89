"""Ports on loopback: fixed ones where they are free, so that addresses stay the same from day to day."""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LOOPBACK = "127.0.0.1"
ACCOUNT_CONTROL = "/_account"  # where the account's stand-in is told what an emulator can't hold


@dataclass(frozen=True)
class Ports:
    """``airflow``: page and API. ``emulator``: AWS. ``ses``, ``account``: stand-ins before it."""

    airflow: int = 18080
    emulator: int = 14566
    ses: int = 14567
    account: int = 14568

    def url(self, name: str) -> str:
        """The address of one of them, without a path."""
        return f"http://{LOOPBACK}:{getattr(self, name)}"


@dataclass(frozen=True)
class Claim:
    """Ports that no other keeper of this user takes for as long as the claim is kept.

    A service binds its port seconds after the port was found free; in between only the lock keeps it.
    """

    ports: Ports
    locks: tuple[IO[str], ...]

    def release(self) -> None:
        """Let others have them."""
        for lock in self.locks:
            lock.close()


def claim_ports(wanted: Ports | None = None) -> Claim:
    """The wanted ports; in place of each that is taken or claimed, some free one."""
    wanted = wanted or Ports()
    claimed = [_claim(port) for port in (wanted.airflow, wanted.emulator, wanted.ses, wanted.account)]
    return Claim(Ports(*(port for port, _ in claimed)), tuple(lock for _, lock in claimed))


def _claim(port: int) -> tuple[int, IO[str]]:
    while True:
        lock = (Path(tempfile.gettempdir()) / f"quarterdeck-{os.getuid()}-port-{port}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            if _is_free(port):
                return port, lock
            lock.close()
        port = _some_free_port()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _some_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0
