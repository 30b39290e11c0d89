"""The data of a chart and the words that stand for it where pictures are not shown.

What a chart ``draws`` is a kind of its own: over a table of the day, over a KPI's trend, or over the split
of a change. Each gives points, and the finding in figures from these same points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quarterdeck.reports.chart_figures import trend_sketch, waterfall_sketch
from quarterdeck.reports.chart_sketches import Canvas, ChartGapError, Sketch
from quarterdeck.reports.chart_tables import (
    bars_sketch,
    calendar_sketch,
    columns_sketch,
    heat_sketch,
    stack_sketch,
    target_sketch,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from quarterdeck.reports.inputs import PayloadInputs
    from quarterdeck.settings.definition import Report, Section

MOST_CHARTS = 3
"""In one report: a fourth is not looked at, and the mail would be too large."""
_EVERYWHERE = ("draws", "spec", "titles", "figures_in")


@dataclass(frozen=True)
class _Kind:
    """What draws it, the spec that it has unless the YAML names another, and its options."""

    sketch: Callable[[Canvas], Sketch]
    spec: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


_KINDS = {
    "columns": _Kind(columns_sketch, "bars_and_lines_by_month", ("table", "x", "bars"), ("lines", "only")),
    "target": _Kind(target_sketch, "target_against_actual", ("table", "x", "actual", "target"), ("only",)),
    "stack": _Kind(stack_sketch, "stacked_by_month", ("table", "x", "by", "value"), ("only", "first")),
    "bars": _Kind(bars_sketch, "bars", ("table", "label", "value"), ("only", "first", "total")),
    "heat": _Kind(heat_sketch, "matrix_heat", ("table", "label", "columns"), ("only", "first")),
    "calendar": _Kind(calendar_sketch, "nights_calendar", ("table",)),
    "trend": _Kind(trend_sketch, "trend", ("metric",)),
    "waterfall": _Kind(waterfall_sketch, "waterfall", ("metric", "against")),
}
DRAWS = tuple(_KINDS)
"""What a chart may draw."""
CHART_OPTIONS = tuple(
    dict.fromkeys([*_EVERYWHERE, *(o for k in _KINDS.values() for o in (*k.required, *k.optional))])
)
"""The options that some chart may have."""


def chart_of(
    section: Section, inputs: PayloadInputs, kpis: list[dict[str, Any]], bridges: list[dict[str, Any]]
) -> dict[str, Any]:
    """A chart of the payload. Raises ChartGapError where there is nothing to draw, with the reason in words.

    Keys: ``id spec title x_title unit currency alt figures_in data``; a point of ``data`` has ``x`` (the
    value on the axis), ``label`` (the same in words), ``series``, ``mark``, ``order``, ``value`` and, where
    its words are not the plain value in the chart's unit, ``text``. ``figures_in`` is the section whose
    table has every figure of the chart; None: the chart brings its own.
    """
    kind = _KINDS[section.options.get("draws", "columns")]
    canvas = Canvas(section, inputs, kpis, bridges)
    sketch = kind.sketch(canvas)
    return {
        "id": section.id,
        "spec": section.options.get("spec", kind.spec),
        "title": section.title,
        "x_title": sketch.x_title,
        "unit": sketch.unit,
        "currency": sketch.currency,
        "alt": " ".join(filter(None, [f"{section.title}.", sketch.finding, canvas.left_out])),
        "figures_in": section.options.get("figures_in"),
        "data": sketch.points,
    }


def chart_mistakes(report: Report) -> list[str]:
    """What is wrong with the charts in a report's YAML; empty where nothing is."""
    charts = [section for section in report.sections if section.kind == "chart"]
    found = [mistake for section in charts for mistake in _mistakes(section, report)]
    if len(charts) > MOST_CHARTS:
        found.append(f"expected at most {MOST_CHARTS} charts, found {len(charts)}: leave some out")
    return found


def _mistakes(section: Section, report: Report) -> list[str]:
    where, options = f"section {section.id}", section.options
    draws = options.get("draws", "columns")
    kind = _KINDS.get(draws)
    if kind is None:
        return [f"{where}: expected one of {', '.join(DRAWS)} in `draws`; found {draws!r}"]
    allowed = (*kind.required, *kind.optional, *_EVERYWHERE)
    found = [
        f"{where}: a chart that draws {draws} has no option {name!r}; it has: {', '.join(allowed)}"
        for name in options
        if name not in allowed
    ]
    found += [
        f"{where}: a chart that draws {draws} needs the option {name!r}"
        for name in kind.required
        if name not in options
    ]
    metric = options.get("metric")
    if metric is not None and metric not in {kpi.metric for kpi in report.kpis}:
        found.append(f"{where}: expected a metric that is among the report's kpis, found {metric!r}")
    return found + ([] if found else _figures_mistakes(section, report))


def _figures_mistakes(section: Section, report: Report) -> list[str]:
    """The section that is said to have the figures must have all of them: same table, columns, every row."""
    named = section.options.get("figures_in")
    if named is None:
        return []
    where = f"section {section.id}: figures_in"
    other = next((each for each in report.sections if each.id == named and each.kind == "table"), None)
    if other is None:
        return [f"{where}: expected the id of a section of kind table, found {named!r}"]
    table = section.options.get("table")
    if table is None or other.options["table"] != table:
        return [f"{where}: expected a section of the table {table}, found {other.options['table']!r}"]
    if cut := {"first", "only", "having"} & set(other.options):
        return [f"{where}: expected a section with every row of its table, found {', '.join(sorted(cut))}"]
    shown = other.options.get("columns")
    drawn = [
        column
        for name in ("x", "label", "value", "actual", "target", "bars", "lines", "columns")
        if name in section.options
        for column in _listed(section.options[name])
    ]
    lacking = [column for column in drawn if shown is not None and column not in shown]
    return [f"{where}: {named} lacks the columns {', '.join(lacking)}"] if lacking else []


def _listed(option: Any) -> list[str]:
    return [option] if isinstance(option, str) else list(option)


__all__ = ["CHART_OPTIONS", "DRAWS", "MOST_CHARTS", "ChartGapError", "chart_mistakes", "chart_of"]
