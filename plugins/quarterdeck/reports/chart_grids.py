"""The figures of a chart as a table, so that no figure stands in a picture alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.reports.format import NOTHING
from quarterdeck.reports.grid import cell, column, grid_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quarterdeck.reports.grid import Speaker


def chart_grid(chart: Mapping[str, Any], speaker: Speaker) -> dict[str, Any]:
    """Every figure of the picture (a grid of ``grid.grid_of``): a row per label, a column per series.

    A figure in words of its own (a point's ``text``) is shown in these; the others in the chart's unit. The
    steps of a waterfall are one column; a calendar has a row per week, with its days named: a column for
    each would be a hundred lines on a phone.
    """
    marks = {point["mark"] for point in chart["data"]}
    if marks == {"night"}:
        return _weeks(chart, speaker)
    if marks <= {"total", "part"}:
        return _steps(chart, speaker)
    series = list(dict.fromkeys(point["series"] for point in chart["data"]))
    points = {(point["label"], point["series"]): point for point in chart["data"]}
    labels = list(dict.fromkeys(point["label"] for point in chart["data"]))
    rows = [
        [cell(label, key=place), *(_point_cell(points.get((label, name)), chart, speaker) for name in series)]
        for place, label in enumerate(labels)
    ]
    columns = [column(chart["x_title"]), *(column(name, right=True) for name in series)]
    return grid_of(chart["title"], columns, rows)


def _steps(chart: Mapping[str, Any], speaker: Speaker) -> dict[str, Any]:
    rows = [
        [cell(point["label"], key=place), _point_cell(point, chart, speaker)]
        for place, point in enumerate(chart["data"])
    ]
    columns = [column(chart["x_title"]), column(speaker.say("chart.amount"), right=True)]
    return grid_of(chart["title"], columns, rows)


def _weeks(chart: Mapping[str, Any], speaker: Speaker) -> dict[str, Any]:
    """By week the nights that were sold (of how many, where there are several units), and the others that
    were not free, in words."""
    sold, free = speaker.say("chart.night_sold"), speaker.say("chart.night_free")
    rows = []
    for place, week in enumerate(dict.fromkeys(point["label"] for point in chart["data"])):
        nights = [point for point in chart["data"] if point["label"] == week]
        taken = [night for night in nights if night["value"]]
        shut = [night for night in nights if not night["value"] and night["text"] not in {"", free}]
        rows.append([cell(week, key=place), cell(_days(taken, sold)), cell(_days(shut, sold))])
    titles = (chart["x_title"], speaker.say("chart.nights_sold"), speaker.say("chart.nights_shut"))
    return grid_of(chart["title"], [column(title) for title in titles], rows)


def _days(nights: Sequence[Mapping[str, Any]], sold: str) -> str:
    said = [n["series"] if n["text"] == sold else f"{n['series']} {n['text']}" for n in nights]
    return ", ".join(said) or NOTHING


def _point_cell(
    point: Mapping[str, Any] | None, chart: Mapping[str, Any], speaker: Speaker
) -> dict[str, Any]:
    if point is None:
        return cell(speaker.cell(None, chart["unit"], chart["currency"]))
    text: str | None = point.get("text")
    return cell(text or speaker.cell(point["value"], chart["unit"], chart["currency"]), key=point["value"])
