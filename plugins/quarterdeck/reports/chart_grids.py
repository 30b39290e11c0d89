"""The figures of a chart as a table, so that no figure stands in a picture alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.reports.grid import cell, column, grid_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quarterdeck.reports.grid import Speaker


def chart_grid(chart: Mapping[str, Any], speaker: Speaker) -> dict[str, Any]:
    """Every figure of the picture (a grid of ``grid.grid_of``): a row per label, a column per series.

    A figure in words of its own (a point's ``text``) is shown in these; the others in the chart's unit.
    """
    series = list(dict.fromkeys(point["series"] for point in chart["data"]))
    points = {(point["label"], point["series"]): point for point in chart["data"]}
    labels = list(dict.fromkeys(point["label"] for point in chart["data"]))
    rows = [
        [cell(label, key=place), *(_point_cell(points.get((label, name)), chart, speaker) for name in series)]
        for place, label in enumerate(labels)
    ]
    columns = [column(chart["x_title"]), *(column(name, right=True) for name in series)]
    return grid_of(chart["title"], columns, rows)


def _point_cell(
    point: Mapping[str, Any] | None, chart: Mapping[str, Any], speaker: Speaker
) -> dict[str, Any]:
    if point is None:
        return cell(speaker.cell(None, chart["unit"], chart["currency"]))
    text: str | None = point.get("text")
    return cell(text or speaker.cell(point["value"], chart["unit"], chart["currency"]), key=point["value"])
