"""The order of a column's cells, worked out here on exact values: the page's script only compares ranks."""

from __future__ import annotations

from typing import Any

_FEWEST_ROWS = 2


def ranked(grid: dict[str, Any]) -> dict[str, Any]:
    """The grid with a ``rank`` in each cell that has a sort key, and a ``sort`` in each column.

    ``sort`` is ``rank`` where cells have keys, ``text`` where they are words (the browser then sorts as the
    reader's language does), None where there is nothing to sort. Equal values have equal ranks; a cell
    without a value has none and stays last in either direction.
    """
    rows = [[dict(cell) for cell in row] for row in grid["rows"]]
    columns = []
    for place, column in enumerate(grid["columns"]):
        cells = [row[place] for row in rows]
        keys = sorted({_order(cell["key"]) for cell in cells if cell["key"] is not None})
        ranks = {key: rank for rank, key in enumerate(keys)}
        for cell in cells:
            cell["rank"] = None if cell["key"] is None else ranks[_order(cell["key"])]
        if not column["sortable"] or not column["title"] or len(rows) < _FEWEST_ROWS:
            sort = None
        else:
            sort = "rank" if keys else "text"
        columns.append({**column, "sort": sort})
    return {**grid, "columns": columns, "rows": rows}


def _order(key: Any) -> tuple[Any, ...]:
    """A key that compares with any other: by currency, then numbers before words."""
    group, value = key if isinstance(key, list | tuple) else ("", key)
    return (group, isinstance(value, str), value)
