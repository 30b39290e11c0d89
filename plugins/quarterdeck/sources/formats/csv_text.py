"""CSV: every cell as the text that stands there, missing where it is empty.

It is read with the standard library: the one reader at hand that gives every cell as it stands (pandas
turns ``NA`` and ``None`` into missing, even as text), keeps quoted newlines, and yields a ragged row as a
row, so that it can be set aside alone with its line (pyarrow gives up the file, or its line numbers).
"""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from quarterdeck.sources.definition import SOURCE_KEY
from quarterdeck.sources.formats.definition import BATCH_BYTES, BATCH_ROWS, BrokenFileError
from quarterdeck.sources.formats.encoding import Text
from quarterdeck.sources.formats.numbers import NumberForm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.settings.sources import Dialect
    from quarterdeck.sources.formats.aside import Aside
    from quarterdeck.sources.formats.definition import Form


def csv_batches(stream: BinaryIO, form: Form, name: str, aside: Aside) -> Iterator[pa.Table]:
    """Tables of some rows each, at least one, with the columns of the header that the form wants.

    Raises BrokenFileError where the file is none, or ends within quotes.
    """
    text = Text(stream, form.dialect.encoding)
    with text.decoding():
        records = _Records(text, form.dialect)
        header = records.header()
        columns = {at: word for at, word in enumerate(header) if form.wants(word)}
        numbers = NumberForm(form.dialect, [word for word in columns.values() if form.counts(word)])
        for rows, lines in records.batches(len(header), name, aside):
            yield numbers.normalised(_table(rows, lines, columns, name), aside)


def _table(rows: list[list[str]], lines: list[int], columns: dict[int, str], name: str) -> pa.Table:
    """An empty cell is a missing one, whether it was quoted or not."""
    cells = {word: pa.array([row[at] or None for row in rows], pa.string()) for at, word in columns.items()}
    places = pa.array(lines, pa.int64()).cast(pa.string())
    keys = pc.binary_join_element_wise(pa.scalar(name), places, ":").cast(pa.string())
    return pa.table({**cells, SOURCE_KEY: keys})


class _Records:
    """Records with the line on which each begins; blank lines are none."""

    def __init__(self, text: Text, dialect: Dialect) -> None:
        self._text, self._skipped = text, dialect.skip
        lines = text.lines()
        for _ in range(dialect.skip):
            next(lines, None)
        self._reader = csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True)

    def _each(self) -> Iterator[tuple[int, list[str]]]:
        reader, skipped = self._reader, self._skipped
        line = skipped + reader.line_num + 1
        try:
            for cells in reader:
                if cells:
                    yield line, cells
                line = skipped + reader.line_num + 1
        except csv.Error as error:
            raise BrokenFileError(f"expected CSV as in RFC 4180, found at line {line}: {error}") from None

    def header(self) -> list[str]:
        """The first record that isn't blank."""
        for _, cells in self._each():
            if any(cell.strip() for cell in cells):
                break
        else:
            raise BrokenFileError("empty file")
        if twice := sorted(word for word, count in Counter(cells).items() if count > 1):
            raise BrokenFileError(
                f"expected every column once in the header, found twice: {', '.join(twice)}"
            )
        return cells

    def batches(self, width: int, name: str, aside: Aside) -> Iterator[tuple[list[list[str]], list[int]]]:
        """Rows of that width and their lines, some at a time; the others are set aside."""
        rows: list[list[str]] = []
        lines: list[int] = []
        counted, full = self._text.counted, self._text.counted.taken + BATCH_BYTES
        for line, cells in self._each():
            if len(cells) != width:
                kind = "fewer" if len(cells) < width else "more"
                aside.add(f"expected {width} cells as in the header, found {kind}", [f"{name}:{line}"])
                continue
            rows.append(cells)
            lines.append(line)
            if len(rows) >= BATCH_ROWS or counted.taken >= full:
                yield rows, lines
                rows, lines, full = [], [], counted.taken + BATCH_BYTES
        yield rows, lines
