"""CSV, JSON lines and Parquet from bytes, each row with where it stood.

CSV is read with the standard library: it is the one reader at hand that gives every cell as the text that
stands there (pandas turns ``NA`` and ``None`` into missing, even as text), keeps quoted newlines, and
yields a ragged row as a row, so that it can be set aside alone with its line (pyarrow gives up the file,
or its line numbers).
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from quarterdeck.lake.definition import Quarantined
from quarterdeck.sources.columns import plain_table, table_of_records
from quarterdeck.sources.definition import SOURCE_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

Format = Literal["csv", "jsonl", "parquet"]
SHOWN_KEYS = 20


class BrokenFileError(ValueError):
    """A file as a whole can't be read; its text is the reason."""


@dataclass(frozen=True)
class Part:
    """One file: its rows (with ``_source_key``), and the single rows that could not be read."""

    table: pa.Table
    quarantined: tuple[Quarantined, ...] = ()


def parse(data: bytes, kind: Format, name: str) -> Part:
    """The rows in the bytes of one file; ``name`` is what its rows' keys begin with.

    Raises BrokenFileError with the reason where the file can't be read at all.
    """
    if not data:
        raise BrokenFileError("empty file")
    if kind == "parquet":
        return _parquet(data, name)
    text = _utf8(data)
    if not text.strip():
        raise BrokenFileError("empty file")
    return _csv(text, name) if kind == "csv" else _jsonl(text, name)


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenFileError(f"expected UTF-8, found another encoding at byte {error.start}") from None


def _key(name: str, place: int) -> str:
    return f"{name}:{place}"


def _set_aside(rows: dict[str, list[str]]) -> tuple[Quarantined, ...]:
    return tuple(
        Quarantined(reason, len(keys), tuple(keys[:SHOWN_KEYS])) for reason, keys in sorted(rows.items())
    )


# --- CSV ---------------------------------------------------------------------------------------------


def _csv(text: str, name: str) -> Part:
    records = _csv_records(text)
    _, header = next(records)
    if twice := sorted(word for word, count in Counter(header).items() if count > 1):
        raise BrokenFileError(f"expected every column once in the header, found twice: {', '.join(twice)}")
    rows: list[list[str]] = []
    keys: list[str] = []
    ragged: dict[str, list[str]] = {}
    for line, cells in records:
        if len(cells) == len(header):
            rows.append(cells)
            keys.append(_key(name, line))
        else:
            kind = "fewer" if len(cells) < len(header) else "more"
            reason = f"expected {len(header)} cells as in the header, found {kind}"
            ragged.setdefault(reason, []).append(_key(name, line))
    # An empty cell is a missing one, whether it was quoted or not.
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    table = pa.table(
        {
            **{
                word: pa.array([cell or None for cell in cells], pa.string())
                for word, cells in zip(header, columns, strict=True)
            },
            SOURCE_KEY: pa.array(keys, pa.string()),
        }
    )
    return Part(table, _set_aside(ragged))


def _csv_records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the line on which each begins; blank lines are none. Starts with the header."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise BrokenFileError(f"expected CSV as in RFC 4180, found at line {line}: {error}") from None


# --- JSON lines --------------------------------------------------------------------------------------


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def _jsonl(text: str, name: str) -> Part:
    records: list[dict[str, Any]] = []
    bad: dict[str, list[str]] = {}
    # Only \n ends a line: a text may hold U+2028 and the like.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line, parse_float=Decimal, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, dict):
            records.append({**record, SOURCE_KEY: _key(name, number)})
        else:
            bad.setdefault("expected a JSON object on the line, found none", []).append(_key(name, number))
    if not records and bad:
        raise BrokenFileError("expected a JSON object on each line, found none on any")
    return Part(table_of_records(records), _set_aside(bad))


# --- Parquet -----------------------------------------------------------------------------------------


def _parquet(data: bytes, name: str) -> Part:
    try:
        table = plain_table(pq.read_table(io.BytesIO(data)))
    except (pa.ArrowException, OSError) as error:
        raise BrokenFileError(f"expected Parquet, found: {str(error).splitlines()[0]}") from None
    keys = pa.array([_key(name, number) for number in range(1, table.num_rows + 1)], pa.string())
    if SOURCE_KEY in table.column_names:
        table = table.drop_columns([SOURCE_KEY])
    return Part(table.append_column(SOURCE_KEY, keys))
