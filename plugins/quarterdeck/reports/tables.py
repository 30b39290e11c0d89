"""Tables of metrics as a payload holds them: columns with titles and units, rows by column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.errors import QuarterdeckError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quarterdeck.metrics.definition import TableResult
    from quarterdeck.reports.inputs import PayloadInputs

_HIDDEN = {"currency"}  # it is said with each amount


def table_data(
    inputs: PayloadInputs,
    table: str,
    columns: Sequence[str] | None = None,
    titles: Mapping[str, str] | None = None,
    *,
    only: Mapping[str, Any] | None = None,
    having: Sequence[str] = (),
) -> dict[str, Any]:
    """``{"table", "columns": [{"id", "title", "unit"}], "currency", "rows": [{column: value}], "missing"}``.

    ``columns`` chooses and orders (default: all); ``titles`` renames; ``only`` keeps the rows in which each
    of its columns has that value, ``having`` those that have a value in each of these columns. ``missing``
    is None, or ``{"reason", "because"}`` for a table that has no rows because something is not delivered.
    Raises QuarterdeckError where ``only`` or ``having`` names a column that the table hasn't.
    """
    result = inputs.tables.get(table)
    if result is None:
        because = inputs.words.say("missing.no_table", table=table)
        return {**_empty(table), "missing": {"reason": "no_data", "because": because}}
    if result.missing is not None:
        because = result.because or inputs.words.say("missing.not_delivered")
        return {**_empty(table), "missing": {"reason": result.missing, "because": because}}
    units = dict(zip(result.columns, result.units, strict=True))
    shown = [c for c in (columns or result.columns) if c in units and c not in _HIDDEN]
    kept = [*shown, *(c for c in result.columns if c in _HIDDEN)]
    rows = _rows_with(result, only or {}, having)
    return {
        "table": table,
        "columns": [
            {"id": c, "title": (titles or {}).get(c, in_words(c)), "unit": unit_of(c, units[c])}
            for c in shown
        ],
        "currency": result.currency,
        "rows": [_chosen(row, kept) for row in rows],
        "missing": None,
    }


def in_words(name: str) -> str:
    """A column's or metric's id as a title: ``break_even_units`` → ``Break even units``."""
    return name.replace("_", " ").capitalize()


def _empty(table: str) -> dict[str, Any]:
    return {"table": table, "columns": [], "currency": None, "rows": []}


def _rows_with(result: TableResult, only: Mapping[str, Any], having: Sequence[str]) -> list[dict[str, Any]]:
    if unknown := sorted({*only, *having} - set(result.columns)):
        raise QuarterdeckError(
            f"table {result.id}: expected columns of it in the options `only` and `having`, found "
            f"{', '.join(unknown)}; it has: {', '.join(result.columns)}"
        )
    rows = (dict(zip(result.columns, row, strict=True)) for row in result.rows)
    return [
        row
        for row in rows
        if all(row[column] == value for column, value in only.items())
        and all(row[column] is not None for column in having)
    ]


def unit_of(column: str, unit: str) -> str:
    """A day called month (or some month) stands for the month, and a text called tenant for the business."""
    if (column == "month" or column.endswith("_month")) and unit == "day":
        return "month"
    return "tenant" if column == "tenant" and unit == "text" else unit


def _chosen(row: dict[str, Any], kept: list[str]) -> dict[str, Any]:
    return {column: row[column] for column in kept}
