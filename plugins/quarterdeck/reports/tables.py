"""Tables of metrics as a payload holds them: columns with titles and units, rows by column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quarterdeck.reports.inputs import PayloadInputs

_HIDDEN = {"currency"}  # it is said with each amount


def table_data(
    inputs: PayloadInputs,
    table: str,
    columns: Sequence[str] | None = None,
    titles: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """``{"table", "columns": [{"id", "title", "unit"}], "currency", "rows": [{column: value}], "missing"}``.

    ``columns`` chooses and orders (default: all); ``titles`` renames. ``missing`` is None, or
    ``{"reason", "because"}`` for a table that has no rows because something is not delivered.
    """
    result = inputs.tables.get(table)
    if result is None:
        because = f"the table {table} was not computed for this day"
        return {**_empty(table), "missing": {"reason": "no_data", "because": because}}
    if result.missing is not None:
        because = result.because or "its datasets are not delivered"
        return {**_empty(table), "missing": {"reason": result.missing, "because": because}}
    units = dict(zip(result.columns, result.units, strict=True))
    shown = [c for c in (columns or result.columns) if c in units and c not in _HIDDEN]
    kept = [*shown, *(c for c in result.columns if c in _HIDDEN)]
    return {
        "table": table,
        "columns": [
            {"id": c, "title": (titles or {}).get(c, in_words(c)), "unit": _unit(c, units[c])} for c in shown
        ],
        "currency": result.currency,
        "rows": [_chosen(dict(zip(result.columns, row, strict=True)), kept) for row in result.rows],
        "missing": None,
    }


def in_words(name: str) -> str:
    """A column's or metric's id as a title: ``break_even_units`` → ``Break even units``."""
    return name.replace("_", " ").capitalize()


def _empty(table: str) -> dict[str, Any]:
    return {"table": table, "columns": [], "currency": None, "rows": []}


def _unit(column: str, unit: str) -> str:
    """A day called month stands for the month, and a text called tenant for the business."""
    if column == "month" and unit == "day":
        return "month"
    return "tenant" if column == "tenant" and unit == "text" else unit


def _chosen(row: dict[str, Any], kept: list[str]) -> dict[str, Any]:
    return {column: row[column] for column in kept}
