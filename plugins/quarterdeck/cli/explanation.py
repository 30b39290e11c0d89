"""An explained figure as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NONE = "-"


def explanation_lines(explained: dict[str, Any]) -> Iterator[str]:
    """Value, definition, settings, inputs, rows, SQL: from what is asked for most often to the rest."""
    yield f"{explained['title']} ({explained['metric']}) of {explained['tenant'] or 'the portfolio'}"
    for figure in explained["figures"]:
        period = figure["period"]
        note = f" ({figure['note']})" if figure["note"] else ""
        yield f"  {figure['text']}{note}, {period['start']} to {period['end']}"
    yield ""
    for name in ("formula", "reference", "needs", "owner", "unit", "better", "engine"):
        yield f"{name:<10} {explained[name]}"
    yield f"{'definition':<10} {explained['query_hash']} (the SQL with its views)"
    yield f"{'as of':<10} {explained['as_of']}"
    for setting in explained["settings"]:
        value = "not set" if setting["value"] is None else setting["value"]
        yield f"{'setting':<10} {setting['name']} of {setting['tenant']}: {value}"
    yield ""
    yield from _inputs(explained["inputs"])
    for figure in explained["figures"]:
        yield ""
        yield from _rows(figure)
    for query in explained["sql"]:
        yield f"\n--- {query['path']}\n{query['sql'].rstrip()}"


def _inputs(inputs: list[dict[str, Any]]) -> Iterator[str]:
    if not inputs:
        yield "Inputs: no dataset entered"
        return
    yield "Inputs"
    counts = ("read", "kept", "quarantined", "after", "in_scope")
    heads = ("dataset", "tenant", *counts, "newest", "read at", "hash", "checks")
    rows = [
        (
            part["dataset"],
            part["tenant"],
            *(part[f"rows_{name}"] for name in counts),
            part["newest"],
            part["read_at"] + (" (rebuilt)" if part["rebuilt"] else ""),
            part["content_hash"],
            _checks(part["quality"]),
        )
        for part in inputs
    ]
    yield from _grid(heads, rows)


def _checks(quality: dict[str, Any] | None) -> str:
    if quality is None:
        return "none"
    return f"{quality['decision']}: {quality['passed']} passed, {quality['failed']} failed"


def _rows(figure: dict[str, Any]) -> Iterator[str]:
    rows = figure["rows"]
    of = f" in {figure['currency']}" if figure["currency"] else ""
    if "untraced" in rows:
        yield f"Rows{of}: not found, {rows['untraced']}"
        return
    yield f"Rows{of}: {rows['says']}"
    yield f"  followed: {' <- '.join(rows['followed'])}"
    shown = len(rows["sample"])
    yield f"  {rows['rows']} rows were read there, {rows['contributing']} count, {shown} are shown"
    yield f"  added: {', '.join(rows['added'])}"
    if rows["left_out"]:
        yield f"  columns not shown: {', '.join(rows['left_out'])}"
    yield from _grid(rows["columns"], rows["sample"])


def _grid(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    texts = [[_NONE if value is None or value == "" else str(value) for value in row] for row in rows]
    widths = [max(len(row[n]) for row in [list(heads), *texts]) for n in range(len(heads))]
    for row in [list(heads), *texts]:
        yield "  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
