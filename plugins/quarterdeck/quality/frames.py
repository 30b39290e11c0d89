"""Frames as Great Expectations handles them well: pandas' default dtypes, money as whole minor units.

Its row rules take five times as long on Arrow dtypes, and milliseconds a row on decimals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pyarrow as pa

from quarterdeck.money import to_minor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def plain_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame in pandas' default dtypes: whole numbers stay whole, decimals become floats.

    Days and instants become ``datetime64`` without a zone, instants in UTC.
    """
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return pd.DataFrame({name: _plain(table.column(name)) for name in table.column_names})


def _plain(column: pa.ChunkedArray) -> pd.Series[Any]:
    kind = column.type
    if pa.types.is_decimal(kind):
        column = column.cast(pa.int64() if kind.scale == 0 else pa.float64())
        kind = column.type
    if pa.types.is_timestamp(kind):
        return pd.Series(column.cast(pa.timestamp("us")).to_pandas())
    if pa.types.is_date(kind):
        return pd.Series(column.cast(pa.timestamp("s")).to_pandas())
    if pa.types.is_integer(kind) and column.null_count:
        return pd.Series(column.to_pandas(types_mapper=lambda _kind: pd.Int64Dtype()))
    if pa.types.is_boolean(kind) and column.null_count:
        return pd.Series(column.to_pandas(types_mapper=lambda _kind: pd.BooleanDtype()))
    return pd.Series(column.to_pandas())


def derived_frame(name: str, frame: pd.DataFrame, sql: str) -> pd.DataFrame:
    """What the SQL of a suite gives over ``frame``, which it sees as the table ``name``.

    Raises duckdb.Error where it can't be run. It reaches nothing but that table.
    """
    with duckdb.connect(":memory:") as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.register(name, pa.Table.from_pandas(frame, preserve_index=False))
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        table = connection.sql(sql).to_arrow_table()
    found: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return found


@dataclass(frozen=True)
class WideFigures:
    """Figures side by side: a row per tenant and currency, a column per metric that has a value somewhere.

    Columns ``tenant`` and ``currency`` come first. Money (the columns in ``money``) is in whole minor
    units, all else is float; days are left out.
    """

    frame: pd.DataFrame
    money: frozenset[str]


def wide_figures(figures: Iterable[Mapping[str, Any]]) -> WideFigures:
    """The figures as one wide frame. A figure without a currency is on every row of its tenant."""
    numbers = [figure for figure in figures if _is_number(figure)]
    money = frozenset(figure["metric"] for figure in numbers if figure["unit"] == "money")
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for figure in numbers:
        if figure["currency"] is not None:
            row = rows.setdefault((figure["tenant"] or "", figure["currency"]), {})
            row[figure["metric"]] = _amount(figure)
    for figure in (figure for figure in numbers if figure["currency"] is None):
        tenant = figure["tenant"] or ""
        own = [row for (owner, _), row in rows.items() if owner == tenant]
        for row in own or [rows.setdefault((tenant, ""), {})]:
            row[figure["metric"]] = float(figure["value"])
    columns = sorted({figure["metric"] for figure in numbers})
    data: dict[str, pa.Array] = {
        "tenant": pa.array([tenant for tenant, _ in rows], pa.string()),
        "currency": pa.array([currency for _, currency in rows], pa.string()),
    }
    for column in columns:
        kind = pa.int64() if column in money else pa.float64()
        data[column] = pa.array([row.get(column) for row in rows.values()], kind)
    return WideFigures(pa.table(data).to_pandas(types_mapper=pd.ArrowDtype), money)


def _amount(figure: Mapping[str, Any]) -> int | float:
    """Money in minor units; a ratio of money has a currency too, and is no amount."""
    if figure["unit"] == "money":
        return to_minor(figure["value"], figure["currency"])
    return float(figure["value"])


def _is_number(figure: Mapping[str, Any]) -> bool:
    return figure["missing"] is None and figure["unit"] != "day" and not isinstance(figure["value"], str)
