"""What an audit looks at and what it answers; the values of secrets are in neither's ``repr``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from quarterdeck.errors import QuarterdeckError

DATASETS = ("code_audits", "code_files", "code_imports", "code_secrets", "code_credentials")
LARGEST_FILE = 2_000_000
"""Bytes above which a file is not read: generated data, and a parser's time is bounded by it."""


class AuditError(QuarterdeckError):
    """What was to be audited can't be looked at: no archive, a bomb, encrypted, a path that is not there."""


class AuditedFile(Protocol):
    """A file of a tree, an archive or a history; ``commit`` None: it is of the newest version."""

    @property
    def path(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def commit(self) -> str | None: ...
    @property
    def present(self) -> bool: ...
    def read(self) -> bytes:
        """The content; raises OSError or an error of ours where it can't be read."""
        ...


@dataclass(frozen=True)
class MemoryFile:
    """A file held in memory."""

    path: str
    data: bytes = field(repr=False)
    commit: str | None = None
    present: bool = True

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self) -> bytes:
        return self.data


@dataclass(frozen=True)
class UnreadFile:
    """A file that is there and not read, for a reason: too big once unpacked, a name that leaves its tree."""

    path: str
    size: int
    because: str
    commit: str | None = None
    present: bool = True

    def read(self) -> bytes:
        raise AuditError(self.because)


@dataclass(frozen=True)
class Match:
    """A secret that a rule found: its value is for the fingerprint alone, and never shown."""

    kind: str
    value: str = field(repr=False)
    line: int
    start: int = field(default=0, repr=False)
    end: int = field(default=0, repr=False)


@dataclass(frozen=True)
class Audit:
    """Records by dataset, in the columns of ``include/datasets/code_*.yaml``."""

    records: dict[str, list[dict[str, Any]]]
