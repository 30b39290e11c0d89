"""A dataset's declaration as an Arrow schema, and declared frames for pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd

    from quarterdeck.settings.definition import Column, Dataset
    from quarterdeck.settings.model import ColumnType

_ARROW_TYPES: dict[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "choice": pa.string(),
    "integer": pa.int64(),
    "money": pa.int64(),
    "decimal": pa.decimal128(38, 9),
    "day": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "boolean": pa.bool_(),
}

# The columns that every declared frame has after its own, all of them required.
STANDARD_COLUMNS: dict[str, ColumnType] = {"tenant": "text", "created_at": "instant", "source_key": "text"}


def has_money(dataset: Dataset) -> bool:
    """Whether the dataset has a column of type money, and so a ``currency`` beside it."""
    return dataset.has_money


def arrow_schema(dataset: Dataset) -> pa.Schema:
    """The declared columns in order, ``currency`` where there is money, then the standard columns.

    Money is in minor units. A required column is a field that is not nullable.
    """
    fields = [_field(name, column) for name, column in dataset.columns.items()]
    if has_money(dataset):
        fields.append(pa.field("currency", pa.string(), nullable=False))
    fields += [pa.field(name, _ARROW_TYPES[kind], nullable=False) for name, kind in STANDARD_COLUMNS.items()]
    return pa.schema(fields)


def _field(name: str, column: Column) -> pa.Field:
    return pa.field(name, _ARROW_TYPES[column.type], nullable=not column.required)


def pandas_frame(table: pa.Table) -> pd.DataFrame:
    """The table as pandas sees it: every column an ``ArrowDtype``, so that no type is guessed."""
    import pandas

    frame: pd.DataFrame = table.to_pandas(types_mapper=pandas.ArrowDtype)
    return frame


def empty_frame(dataset: Dataset) -> pd.DataFrame:
    """A declared frame with no rows: the types are declared even where there is nothing."""
    return pandas_frame(arrow_schema(dataset).empty_table())
