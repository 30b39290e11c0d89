"""JSON lines, and JSON as one list: numbers exact, a bad record set aside alone."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from quarterdeck.sources.columns import table_of_records
from quarterdeck.sources.definition import SOURCE_KEY
from quarterdeck.sources.formats.definition import (
    BATCH_BYTES,
    BATCH_ROWS,
    LONGEST_LINE,
    BrokenFileError,
    shown_name,
)
from quarterdeck.sources.formats.encoding import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from quarterdeck.sources.formats.aside import Aside
    from quarterdeck.sources.formats.definition import Form

# It keeps every digit of whole numbers too, and refuses NaN and halves of surrogate pairs.
_decoded = msgspec.json.Decoder(float_hook=Decimal).decode
_SPACE = re.compile(r"[ \t\r\n]*")
_AT_ONCE = 2**16
_MAY_GO_ON = 3


class _Gathered:
    """The records of one file on their way into tables of some rows each."""

    def __init__(self, form: Form, name: str, aside: Aside, expected: str) -> None:
        self._wants: Callable[[str], bool] = form.wants
        self._name, self._aside, self._expected = name, aside, expected
        self._wanted: dict[str, bool] = {}
        self._records: list[dict[str, Any]] = []
        self._size = 0
        self.good = 0

    def add(self, text: str | bytes, place: int) -> None:
        """The record in the text of one."""
        try:
            record = _decoded(text)
        except (ValueError, RecursionError):
            record = None
        key = f"{self._name}:{place}"
        if not isinstance(record, dict):
            self._aside.add(self._expected, [key])
            return
        self.good += 1
        self._size += len(text)
        kept = {word: value for word, value in record.items() if self._keeps(word)}
        kept[SOURCE_KEY] = key
        self._records.append(kept)

    def _keeps(self, word: str) -> bool:
        known = self._wanted.get(word)
        if known is None:
            known = self._wanted[word] = self._wants(word)
        return known

    @property
    def full(self) -> bool:
        return len(self._records) >= BATCH_ROWS or self._size >= BATCH_BYTES

    def table(self) -> pa.Table:
        records, self._records, self._size = self._records, [], 0
        return table_of_records(records or [{SOURCE_KEY: ""}]).slice(0, len(records))


def jsonl_batches(stream: BinaryIO, form: Form, name: str, aside: Aside) -> Iterator[pa.Table]:
    """Tables of some lines each; a line that is no JSON object is set aside.

    Raises BrokenFileError where no line is one.
    """
    gathered = _Gathered(form, name, aside, "expected a JSON object on the line, found none")
    blank = True
    for number, line in enumerate(_lines(stream), start=1):
        if not line.strip():
            continue
        blank = False
        gathered.add(line, number)
        if gathered.full:
            yield gathered.table()
    if blank:
        raise BrokenFileError("empty file")
    if not gathered.good:
        raise BrokenFileError("expected a JSON object on each line, found none on any")
    yield gathered.table()


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    r"""Only ``\n`` ends a line: a text may hold U+2028 and the like."""
    text = Text(stream, "utf-8")
    if text.encoding == "utf-8":
        yield from text.raw_lines()
        return
    with text.decoding():
        for line in text.lines():
            yield line.encode()


def json_batches(stream: BinaryIO, form: Form, name: str, aside: Aside) -> Iterator[pa.Table]:
    """Tables of some records each, of a list that is the file or stands below ``records`` in it.

    A record's place is its number in the list. Raises BrokenFileError where there is no such list.
    """
    gathered = _Gathered(form, name, aside, "expected a JSON object in the list, found another value")
    text = Text(stream, "utf-8")
    with text.decoding():
        document = _Document(text)
        document.find_list(form.records)
        for place, record in enumerate(document.items(), start=1):
            gathered.add(record, place)
            if gathered.full:
                yield gathered.table()
        document.finish(inside=form.records is not None)
    yield gathered.table()


class _Document:
    """One JSON value, read on without ever holding all of it."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._buffer, self._at, self._passed, self._ended = "", 0, 0, False
        self._decoder = json.JSONDecoder(parse_float=str, parse_int=str)

    def find_list(self, records: str | None) -> None:
        """Go to the first item of the list."""
        first = self._peek()
        if not first:
            raise BrokenFileError("empty file")
        if records is None:
            self._take("[", "a list of records (or `records`, the key below which it is)")
            return
        self._take("{", f"an object with the key {records!r}")
        if self._peek() == "}":
            raise BrokenFileError(f"expected a list below the key {records!r}, found no such key")
        while self._key() != records:
            self._value()
            if self._peek() != ",":
                raise BrokenFileError(f"expected a list below the key {records!r}, found no such key")
            self._at += 1
        self._take("[", f"a list below the key {records!r}")

    def items(self) -> Iterator[str]:
        """The text of each item."""
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            yield self._value()
            if self._peek() == "]":
                self._at += 1
                return
            self._take(",", "`,` or `]` after a record")

    def finish(self, *, inside: bool) -> None:
        """What stands behind the list must be whole too: a file that was cut is not read as if it weren't."""
        if inside:
            while self._peek() == ",":
                self._at += 1
                self._key()
                self._value()
            self._take("}", "`}` after the last key")
        if self._peek():
            self._broken("the end of the file")

    def _key(self) -> str:
        if self._peek() != '"':
            self._broken("a key in quotes")
        key: str = json.loads(self._value())
        self._take(":", "`:` after a key")
        return key

    def _value(self) -> str:
        """The text of the value that stands here, read until it is whole."""
        self._peek()
        while True:
            try:
                _, end = self._decoder.raw_decode(self._buffer, self._at)
            except (ValueError, RecursionError):
                end = -1
            # A number at the end of what was read may go on, as `1` does in `1e-7`.
            if end >= 0 and (self._ended or end + _MAY_GO_ON < len(self._buffer)):
                found = self._buffer[self._at : end]
                self._at = end
                return found
            if self._ended or len(self._buffer) - self._at > LONGEST_LINE:
                self._broken("a JSON value")
            self._more()

    def _peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            space = _SPACE.match(self._buffer, self._at)
            self._at = self._at if space is None else space.end()
            if self._at < len(self._buffer) or self._ended:
                return self._buffer[self._at : self._at + 1]
            self._more()

    def _more(self) -> None:
        """Twice as much each time, so that one long value is not tried too often."""
        rest = self._buffer[self._at :]
        more = self._text.reader.read(max(_AT_ONCE, len(rest)))
        self._passed += self._at
        self._buffer, self._at, self._ended = rest + more, 0, not more

    def _take(self, mark: str, expected: str) -> None:
        if self._peek() != mark:
            self._broken(expected)
        self._at += 1

    def _broken(self, expected: str) -> None:
        found = self._buffer[self._at : self._at + 1]
        what = f"{shown_name(found)!r}" if found else "the end of the file"
        place = self._passed + self._at + 1
        raise BrokenFileError(f"expected {expected}, found {what} at character {place}")
