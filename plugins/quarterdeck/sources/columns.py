"""Raw values and tables as Arrow columns, without a digit or a word changed on the way."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LARGEST = 2**63 - 1
_MANY_DIGITS = 400


def table_of_records(records: Sequence[Mapping[str, Any]]) -> pa.Table:
    """A table of records that need not have the same fields; columns in order of appearance.

    A column has the one type that all its values share (text, boolean, whole number, exact decimal);
    of mixed values, it has their text. Lists, maps and sets become JSON text, bytes become base64.
    """
    names = dict.fromkeys(name for record in records for name in record)
    return pa.table({name: _column([record.get(name) for record in records]) for name in names})


def _column(values: list[Any]) -> pa.Array:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    if kinds and kinds <= {int, Decimal}:
        return numbers_of(values)
    return pa.array([None if value is None else text_of(value) for value in values], pa.string())


def numbers_of(values: list[Any]) -> pa.Array:
    """Whole numbers and decimals in the narrowest type that holds them all exactly; else their text."""
    given = [value for value in values if value is not None]
    if all(isinstance(value, int) and abs(value) <= _LARGEST for value in given):
        return pa.array(values, pa.int64())
    numbers = [Decimal(value) for value in given]
    places = max((-int(number.as_tuple().exponent) for number in numbers if number.is_finite()), default=0)
    scale = max(0, places)
    whole = max((max(0, number.adjusted() + 1) for number in numbers), default=0)
    if all(number.is_finite() for number in numbers) and whole + scale <= 38:
        exact = [None if value is None else Decimal(value) for value in values]
        return pa.array(exact, pa.decimal128(max(1, whole + scale), scale))
    return pa.array([None if value is None else text_of(value) for value in values], pa.string())


def text_of(value: Any) -> str:
    """The exact text of one raw value: ``Decimal("1E+2")`` is ``100``, a set is a sorted JSON list."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _digits(value)
    if isinstance(value, int):
        return str(value)
    plain = _plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False, sort_keys=True)


def _digits(value: Decimal) -> str:
    """All digits of a number; with its exponent where that alone would make them many (``1E+999999``)."""
    return format(value, "f") if abs(value.adjusted()) <= _MANY_DIGITS else str(value)


def _plain(value: Any) -> Any:
    """The value in JSON's own types."""
    if isinstance(value, dict):
        plain: Any = {str(key): _plain(inner) for key, inner in value.items()}
    elif isinstance(value, (list, tuple)):
        plain = [_plain(inner) for inner in value]
    elif isinstance(value, (set, frozenset)):
        plain = sorted((_plain(inner) for inner in value), key=str)
    elif isinstance(value, Decimal):
        # JSON numbers are read as floats by many; the text keeps every digit.
        whole = abs(value.adjusted()) <= _MANY_DIGITS and value == value.to_integral_value()
        plain = int(value) if whole else _digits(value)
    elif isinstance(value, (datetime, date)):
        plain = value.isoformat()
    elif value is None or isinstance(value, (str, bool, int, float)):
        plain = value
    else:
        plain = base64.b64encode(bytes(value)).decode()
    return plain


def plain_table(table: pa.Table) -> pa.Table:
    """A table of a Parquet file with nested columns as JSON text, words decoded, and NaN as missing."""
    columns = {}
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            column = _words_or_bytes(column)
        if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
            texts = [None if value is None else text_of(value) for value in column.to_pylist()]
            column = pa.chunked_array([pa.array(texts, pa.string())])
        if pa.types.is_floating(column.type):
            column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
        columns[name] = column
    return pa.table(columns)


def _words_or_bytes(column: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        # Some writers (Hive, Impala) store text without saying that it is text.
        return column.cast(pa.string())
    except pa.ArrowInvalid:
        return column.cast(pa.binary())


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """The rows of all tables, in order; a column that one of them lacks is missing in its rows.

    Where parts disagree on a column's type, exact numbers become one decimal and all else becomes text:
    a whole number is never turned into a float.
    """
    names = dict.fromkeys(name for table in tables for name in table.column_names)
    columns = {name: _joined_column(tables, name) for name in names}
    return pa.table(columns)


def _joined_column(tables: Sequence[pa.Table], name: str) -> pa.ChunkedArray:
    parts = [
        table.column(name) if name in table.column_names else pa.chunked_array([pa.nulls(table.num_rows)])
        for table in tables
    ]
    # A part that has no value at all says nothing about the type.
    types = {part.type for part in parts if part.null_count < len(part)} or {
        part.type for part in parts if not pa.types.is_null(part.type)
    }
    if not types:
        shared: pa.DataType = pa.string()
    elif len(types) == 1:
        shared = types.pop()
    else:
        shared = _exact_number(types) or pa.string()
    chunks = [chunk for part in parts for chunk in _as_type(part, shared).chunks]
    return pa.chunked_array(chunks, type=shared)


def _as_type(part: pa.ChunkedArray, shared: pa.DataType) -> pa.ChunkedArray:
    if part.type == shared:
        return part
    if part.null_count == len(part):
        return pa.chunked_array([pa.nulls(len(part), shared)])
    return part.cast(shared)


def _exact_number(types: set[pa.DataType]) -> pa.DataType | None:
    if all(pa.types.is_integer(kind) for kind in types):
        return pa.int64() if pa.uint64() not in types else pa.decimal128(38, 0)
    if not all(pa.types.is_integer(kind) or pa.types.is_decimal(kind) for kind in types):
        return None
    scale = max(kind.scale for kind in types if pa.types.is_decimal(kind))
    # 19 digits hold every int64, 20 every uint64.
    whole = max(kind.precision - kind.scale if pa.types.is_decimal(kind) else 20 for kind in types)
    return pa.decimal128(38, scale) if whole + scale <= 38 else None


def frame_of(table: pa.Table) -> pd.DataFrame:
    """The table as a pandas frame with Arrow-backed columns."""
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
    return frame
