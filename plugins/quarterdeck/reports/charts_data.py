"""The data of a chart and the words that stand for it where pictures are not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.reports.format import format_value
from quarterdeck.reports.tables import in_words

if TYPE_CHECKING:
    from quarterdeck.metrics.definition import TableResult
    from quarterdeck.reports.inputs import PayloadInputs
    from quarterdeck.settings.definition import Section

_SPEC = "bars_and_lines_by_month"


def chart_of(section: Section, result: TableResult, inputs: PayloadInputs) -> dict[str, Any] | None:
    """A chart over a table's rows (``only``: those for which that column is true); None without rows.

    Keys: ``id spec title x_title unit currency data alt``; a point of ``data`` has ``x`` (the column's
    value), ``label`` (the same in words), ``series``, ``mark`` (bar or line), ``order`` and ``value``.
    """
    if result.missing is not None or not result.rows:
        return None
    options = section.options
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    if "only" in options:
        rows = [row for row in rows if row.get(options["only"])]
    units = dict(zip(result.columns, result.units, strict=True))
    series = [(c, "bar") for c in options["bars"]] + [(c, "line") for c in options.get("lines", ())]
    series = [(column, mark) for column, mark in series if column in units]
    if not rows or not series or options["x"] not in units:
        return None
    currency = result.currency or inputs.config.portfolio.currency
    unit = units[series[0][0]]
    titles = options.get("titles", {})
    points = [
        {
            "x": row[options["x"]],
            "label": format_value(row[options["x"]], _x_unit(units[options["x"]]), None, inputs.locale),
            "series": titles.get(column, in_words(column)),
            "mark": mark,
            "order": order,
            "value": row[column],
        }
        for order, (column, mark) in enumerate(series)
        for row in rows
    ]
    return {
        "id": section.id,
        "spec": options.get("spec", _SPEC),
        "title": section.title,
        "x_title": titles.get(options["x"], in_words(options["x"])),
        "unit": unit,
        "currency": currency if unit == "money" else None,
        "data": points,
        "alt": alt_text(section.title, points, unit, currency, inputs.locale),
    }


def alt_text(title: str, points: list[dict[str, Any]], unit: str, currency: str | None, locale: str) -> str:
    """What the picture shows: per series the latest, lowest and highest value with where they are."""

    def said(point: dict[str, Any]) -> str:
        return f"{format_value(point['value'], unit, currency, locale)} ({point['label']})"

    sentences = []
    for name in dict.fromkeys(point["series"] for point in points):
        known = [p for p in points if p["series"] == name and p["value"] is not None]
        if not known:
            sentences.append(f"{name}: no values.")
            continue
        low, high = min(known, key=lambda p: p["value"]), max(known, key=lambda p: p["value"])
        sentences.append(f"{name}: latest {said(known[-1])}, lowest {said(low)}, highest {said(high)}.")
    return " ".join([f"{title}.", *sentences])


def _x_unit(unit: str) -> str:
    return "month" if unit == "day" else unit
