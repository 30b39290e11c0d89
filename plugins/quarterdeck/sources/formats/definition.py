"""What every format shares: how a file is written, what of it is wanted, and why it can't be read."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from quarterdeck.settings.sources import Dialect

if TYPE_CHECKING:
    from quarterdeck.settings.sources import FileFormat

SHOWN_KEYS = 20
# What is parsed at a time: eight objects are read side by side, and text costs several times its bytes.
BATCH_ROWS = 16_384
BATCH_BYTES = 4 * 2**20
LONGEST_LINE = 16 * 2**20

_ADDRESS = re.compile(r"[^\s/@]+@[^\s/@]+")
_LONGEST_NAME = 200


class BrokenFileError(ValueError):
    """A file as a whole can't be read; its text is the reason."""


@dataclass(frozen=True)
class Form:
    """How the files of a source are written, and what of them is wanted.

    ``names``: the attributes to keep, in small letters, as SQL doesn't tell their case; None keeps all.
    ``numbers``: those whose numbers are written as the dialect says, in small letters too.
    """

    kind: FileFormat
    dialect: Dialect = field(default_factory=Dialect)
    records: str | None = None
    names: frozenset[str] | None = None
    numbers: frozenset[str] = frozenset()

    def wants(self, name: str) -> bool:
        """Whether the attribute is kept."""
        return self.names is None or name.lower() in self.names

    def counts(self, name: str) -> bool:
        """Whether the attribute's numbers are written as the dialect says."""
        return name.lower() in self.numbers


class Counted(io.RawIOBase):
    """A stream that knows how many bytes were taken from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.taken = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes, at most as many as fit."""
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self.taken += len(data)
        return len(data)


def shown_name(name: str) -> str:
    """A file's name or an object's key as reasons, logs and rows' keys may show it.

    Whoever may write files chooses it: control characters are escaped, addresses are not said, and what
    is longer than 200 characters is cut in the middle.
    """
    plain = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in name)
    plain = _ADDRESS.sub("(address)", plain)
    half = _LONGEST_NAME // 2
    return plain if len(plain) <= _LONGEST_NAME else f"{plain[:half]}…{plain[-half:]}"
