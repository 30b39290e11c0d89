"""Whether a stream is gzipped is told by its first bytes: not by its name, not by a header."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import Any, BinaryIO, cast

from quarterdeck.sources.formats.definition import BrokenFileError

_GZIP = b"\x1f\x8b"
_AT_ONCE = 256 * 1024


class _Inflated(io.RawIOBase):
    """The bytes of a gzipped stream, all of its members; says in plain words why it can't go on."""

    def __init__(self, stream: BinaryIO) -> None:
        self._gzip = gzip.GzipFile(fileobj=stream)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        try:
            data = self._gzip.read1(len(view))
        except EOFError:
            raise BrokenFileError("expected a whole gzip file, found that it ends early") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise BrokenFileError(f"expected a gzip file, found: {error}") from None
        view[: len(data)] = data
        return len(data)


def inflated(stream: BinaryIO) -> BinaryIO:
    """The stream's bytes, without gzip where it is gzipped; buffered. Reading raises BrokenFileError."""
    raw = cast("io.RawIOBase", stream)
    buffered = io.BufferedReader(raw, _AT_ONCE)
    if buffered.peek(2)[:2] != _GZIP:
        return buffered
    return io.BufferedReader(_Inflated(buffered), _AT_ONCE)
