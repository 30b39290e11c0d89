"""Charts over figures: a KPI's trend, and the parts that a change is made up of."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.reports.chart_sketches import Canvas, ChartGapError, Point, Sketch, with_value
from quarterdeck.reports.format import format_day, format_month, format_number, format_value

if TYPE_CHECKING:
    from collections.abc import Callable

_FEWEST = 2  # points of a line
_MOST_PARTS = 8  # of a change; the smaller ones are drawn as one
_MONTH = len("2026-10")


def trend_sketch(canvas: Canvas) -> Sketch:
    """A KPI's values over 13 months or 90 days, and its target as a line across them."""
    line, say = _line(canvas), canvas.words.say
    points = [
        canvas.point(
            entry["period"],
            _when(entry["period"], canvas),
            line["title"],
            "line",
            0,
            entry.get("value"),
        )
        for entry in line["trend"]
    ]
    known = with_value(points)
    if len(known) < _FEWEST:
        raise ChartGapError("no_history", f"earlier values of {line['title']}: there is no line of one day")
    if any(isinstance(point["value"], str) for point in known):
        raise ChartGapError("no_data", f"{line['title']} is a day and no amount: it has no line")
    said = _sayer(canvas, line)
    finding = _extremes(canvas, known, said)
    if line["target"] is not None:
        points += [
            {**p, "series": say("chart.target"), "mark": "target", "order": 1, "value": line["target"]}
            for p in points
        ]
        finding += " " + say("chart.target_is", target=said(line["target"]))
    return Sketch(points, say("chart.period"), line["unit"], line["currency"], finding)


def waterfall_sketch(canvas: Canvas) -> Sketch:
    """From the value then to the value now by the parts of the change, which add up to it exactly."""
    split, say = _split(canvas), canvas.words.say
    said = _sayer(canvas, split)
    then, now = (_end(split, end, canvas) for end in ("then", "now"))
    value, more, less = say("chart.value"), say("chart.more"), say("chart.less")
    steps: list[tuple[str, str, str, Decimal]] = [(value, then, "total", Decimal(split["value_then"]))]
    steps += [
        (more if amount > 0 else less, label, "part", amount)
        for label, amount in _parts(split, canvas)
        if amount
    ]
    steps.append((value, now, "total", Decimal(split["value_now"])))
    points = [
        {
            **canvas.point(order, label, series, mark, order, amount),
            "text": said(amount) if mark == "total" else _signed(amount, split["unit"], said, canvas),
        }
        for order, (series, label, mark, amount) in enumerate(steps)
    ]
    return Sketch(points, say("chart.steps"), split["unit"], split["currency"], str(split["sentence"]))


def _signed(amount: Decimal, unit: str, said: Callable[[Any], str], canvas: Canvas) -> str:
    """A part with its sign; of a ratio in points."""
    points = format_number(amount * 100, canvas.locale, least=1, most=2)
    words = canvas.words.say("chart.points", amount=points) if unit == "ratio" else said(amount)
    return f"+{words}" if amount > 0 else words


def _line(canvas: Canvas) -> dict[str, Any]:
    metric = canvas.options["metric"]
    lines = [kpi for kpi in canvas.kpis if kpi["id"] == metric]
    if not lines:
        raise ChartGapError("no_data", f"the figure {metric} in this report")
    return lines[0]


def _split(canvas: Canvas) -> dict[str, Any]:
    metric, against = canvas.options["metric"], canvas.options["against"]
    found = [b for b in canvas.bridges if (b["metric"], b["against"]) == (metric, against)]
    if not found:
        title = _line(canvas)["title"]
        raise ChartGapError("no_history", f"an earlier value of {title} that today's can be split against")
    if found[0]["because"] is not None:
        raise ChartGapError("no_data", str(found[0]["because"]))
    return found[0]


def _parts(split: dict[str, Any], canvas: Canvas) -> list[tuple[str, Decimal]]:
    """The parts, largest first as the payload has them; those after the eighth in one."""
    parts = [(str(part["label"]), Decimal(part["amount"])) for part in split["parts"]]
    if len(parts) <= _MOST_PARTS:
        return parts
    rest = sum((amount for _, amount in parts[_MOST_PARTS - 1 :]), Decimal(0))
    smaller = canvas.words.say("chart.smaller", count=len(parts) - _MOST_PARTS + 1)
    return [*parts[: _MOST_PARTS - 1], (smaller, rest)]


def _end(split: dict[str, Any], end: str, canvas: Canvas) -> str:
    period = split[end]["period"]
    words = canvas.words
    return words.period(period["start"], period["end"]) or format_day(split[end]["as_of"], canvas.locale)


def _when(period: str, canvas: Canvas) -> str:
    if len(period) == _MONTH:
        return format_month(period, canvas.locale)
    return canvas.words.short_day(period)


def _sayer(canvas: Canvas, line: dict[str, Any]) -> Callable[[Any], str]:
    return lambda value: format_value(value, line["unit"], line["currency"], canvas.locale)


def _extremes(canvas: Canvas, known: list[Point], said: Callable[[Any], str]) -> str:
    """The latest value against the first, and the lowest and highest with where they are."""

    def with_place(point: Point) -> str:
        return canvas.at(said(point["value"]), point["label"])

    low, high = min(known, key=lambda p: p["value"]), max(known, key=lambda p: p["value"])
    first, last, lowest, highest = map(with_place, (known[0], known[-1], low, high))
    return canvas.words.say("chart.trend", first=first, last=last, low=lowest, high=highest)
