"""Text from a stream of bytes: a byte order mark wins over the encoding that was declared."""

from __future__ import annotations

import codecs
import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from quarterdeck.errors import SourceError
from quarterdeck.sources.formats.definition import LONGEST_LINE, BrokenFileError, Counted

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_TOO_LONG = f"expected lines of less than {LONGEST_LINE} characters, found a longer one"


class Text:
    """The text of a stream, read on; ``counted`` knows how many bytes of it were read."""

    def __init__(self, stream: BinaryIO, declared: str) -> None:
        """Raises SourceError where Python doesn't know the encoding."""
        head = stream.read(3)
        mark, self.encoding = next(
            ((mark, name) for mark, name in _MARKS if head.startswith(mark)), (b"", declared)
        )
        self.counted = Counted(cast("BinaryIO", _Behind(head[len(mark) :], stream)))
        self._before = len(mark)
        try:
            self.reader = io.TextIOWrapper(cast("Any", self.counted), self.encoding, newline="")
        except LookupError:
            raise SourceError(
                f"expected an `encoding` that Python knows, found {declared!r}; utf-8, latin-1 and cp1252 "
                "are usual ones"
            ) from None

    @contextmanager
    def decoding(self) -> Iterator[None]:
        """Within it, bytes of another encoding are a BrokenFileError that says where they are."""
        try:
            yield
        except UnicodeDecodeError as error:
            # What is decoded at a time is the last that was read, behind what an earlier one left over.
            at = self._before + self.counted.taken - len(error.object) + error.start
            name = "UTF-8" if codecs.lookup(self.encoding).name == "utf-8" else self.encoding
            raise BrokenFileError(f"expected {name}, found another encoding at byte {at}") from None

    def lines(self) -> Iterator[str]:
        """Lines with their ends. Raises BrokenFileError for one that is longer than 16 Mi characters."""
        while line := self.reader.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE:
                raise BrokenFileError(_TOO_LONG)
            yield line

    def raw_lines(self) -> Iterator[bytes]:
        """Lines as the bytes that they are, of a text that was not read from yet."""
        reader = io.BufferedReader(self.counted, 2**18)
        while line := reader.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE:
                raise BrokenFileError(_TOO_LONG)
            yield line


class _Behind(io.RawIOBase):
    """A stream again with the bytes that were taken off its beginning."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream = head, stream

    def read(self, size: int = -1) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head
        return self._stream.read(size)
