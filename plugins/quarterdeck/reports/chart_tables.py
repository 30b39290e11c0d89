"""Charts over a table of the day: columns by month, targets, stacks, bars, heat, a calendar of nights."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from babel.dates import format_skeleton, get_day_names

from quarterdeck.reports.chart_sketches import Canvas, ChartGapError, Point, Row, Sketch, with_value
from quarterdeck.reports.format import format_day, format_ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NAMED = 4  # parts of a stack that have a colour of their own


def columns_sketch(canvas: Canvas) -> Sketch:
    """Bars side by side and lines over the places of an axis, mostly months."""
    options = canvas.options
    rows = canvas.rows(options["x"])
    series = [(c, "bar") for c in options["bars"]] + [(c, "line") for c in options.get("lines", ())]
    series = [(column, mark) for column, mark in series if column in canvas.table.columns]
    if not series:
        raise ChartGapError(
            "no_data", f"the columns {', '.join(options['bars'])} of the table {canvas.table.id}"
        )
    unit = canvas.unit(series[0][0])
    currency = canvas.currency(unit)
    points = [
        canvas.point(*_place(canvas, row), canvas.title(column), mark, order, row[column])
        for order, (column, mark) in enumerate(series)
        for row in rows
    ]
    sentences = [
        _range_of(canvas, name, [p for p in points if p["series"] == name], unit, currency)
        for name in dict.fromkeys(point["series"] for point in points)
    ]
    return Sketch(points, canvas.title(options["x"]), unit, currency, " ".join(sentences))


def target_sketch(canvas: Canvas) -> Sketch:
    """What came of each month beside what was aimed at; a month without an actual has its target alone."""
    options = canvas.options
    rows = canvas.rows(options["x"], options["actual"], options["target"])
    actual, target = options["actual"], options["target"]
    unit = canvas.unit(actual)
    currency = canvas.currency(unit)
    points = [
        canvas.point(*_place(canvas, row), canvas.title(column), mark, order, row[column])
        for order, (column, mark) in enumerate([(actual, "bar"), (target, "target")])
        for row in rows
    ]
    if not with_value([p for p in points if p["mark"] == "target"]):
        raise ChartGapError("no_data", f"targets in the table {canvas.table.id}")
    finding = _reached(canvas, rows, unit, currency)
    return Sketch(points, canvas.title(options["x"]), unit, currency, finding)


def stack_sketch(canvas: Canvas) -> Sketch:
    """Parts of a whole by month: the largest by name, the others as one."""
    options = canvas.options
    rows = canvas.rows(options["x"], options["by"], options["value"])
    unit = canvas.unit(options["value"])
    currency = canvas.currency(unit)
    others = canvas.words.say("chart.others")
    sums: dict[Any, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    parts: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row[options["value"]] is not None:
            parts[row[options["by"]]] += abs(row[options["value"]])
    named = sorted(parts, key=lambda name: (-parts[name], name))[: int(options.get("first", _NAMED))]
    for row in rows:
        part = row[options["by"]] if row[options["by"]] in named else others
        sums[row[options["x"]]][part] += row[options["value"]] or 0
    order = [*named, *([others] if len(parts) > len(named) else [])]
    points = [
        canvas.point(x, canvas.said(x, canvas.unit(options["x"])), name, "bar", place, by_part[name])
        for place, name in enumerate(order)
        for x, by_part in sorted(sums.items())
        if name in by_part
    ]
    finding = _stacked(canvas, points, unit, currency)
    return Sketch(points, canvas.title(options["x"]), unit, currency, finding)


def bars_sketch(canvas: Canvas) -> Sketch:
    """One bar per row, in the table's order, with its value in words."""
    options = canvas.options
    label, value = options["label"], options["value"]
    rows = canvas.rows(label, value)
    first = options.get("first")
    unit = canvas.unit(value)
    currency = canvas.currency(unit)
    points = [
        {
            **canvas.point(row[label], name, canvas.title(value), "bar", 0, row[value]),
            "text": canvas.said(row[value], unit, row.get("currency") or currency),
        }
        for name, row in zip(_names(canvas, rows, label), rows[:first], strict=False)
    ]
    if not with_value(points):
        raise ChartGapError("no_data", f"values of {canvas.title(value)} in the table {canvas.table.id}")
    finding = _barred(canvas, points, unit, currency)
    if first and len(rows) > first:
        finding += _drawn(canvas, first, len(rows))
    return Sketch(points, canvas.title(label), unit, currency, finding)


def heat_sketch(canvas: Canvas) -> Sketch:
    """A row per channel (or the like), a column per measure; shades compare within a column."""
    options = canvas.options
    label, measures = options["label"], options["columns"]
    rows = canvas.rows(label, *measures)
    first = options.get("first")
    names = _names(canvas, rows, label)
    points = []
    for order, measure in enumerate(measures):
        unit = canvas.unit(measure)
        for name, row in zip(names, rows[:first], strict=False):
            point = canvas.point(row[label], name, canvas.title(measure), "cell", order, row[measure])
            currency = row.get("currency") or canvas.currency(unit)
            points.append({**point, "text": canvas.said(row[measure], unit, currency)})
    finding = " ".join(_leader(canvas, points, canvas.title(measure)) for measure in measures)
    if first and len(rows) > first:
        finding += _drawn(canvas, first, len(rows))
    return Sketch(points, canvas.title(label), "mixed", None, finding)


def calendar_sketch(canvas: Canvas) -> Sketch:
    """Nights by week and weekday: the share of units that were sold; none where nothing could be sold."""
    rows = canvas.rows("night", *_NIGHTS)
    nights: dict[date, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_NIGHTS, 0))
    for row in rows:
        for column in _NIGHTS:
            nights[date.fromisoformat(row["night"])][column] += row[column] or 0
    days = get_day_names("abbreviated", locale=canvas.locale)
    points = []
    for night, of in sorted(nights.items()):
        week = night - timedelta(days=night.weekday())
        open_ = of["listed"] - of["owner"] - of["blocked"]
        share = None if open_ <= 0 else Decimal(of["sold"]) / Decimal(open_)
        point = canvas.point(
            night.isoformat(),
            _week(week, canvas.locale),
            days[night.weekday()],
            "night",
            night.weekday(),
            None,
        )
        points.append(
            {**point, "value": None if share is None else round(share, 6), "text": _night_words(of, canvas)}
        )
    finding = _nights(nights, canvas)
    return Sketch(points, canvas.words.say("chart.week_of"), "ratio", None, finding)


_NIGHTS = ("listed", "sold", "owner", "blocked", "given", "free")


def _place(canvas: Canvas, row: Row) -> tuple[Any, str]:
    x = canvas.options["x"]
    return row[x], canvas.said(row[x], canvas.unit(x))


def _names(canvas: Canvas, rows: Sequence[Row], label: str) -> list[str]:
    """What each row is called: with its business where the table has several."""
    unit = canvas.unit(label)
    several = label != "tenant" and len({row.get("tenant") for row in rows}) > 1
    names = []
    for row in rows:
        name = canvas.said(row[label], unit)
        names.append(f"{name} ({canvas.said(row['tenant'], 'tenant')})" if several else name)
    return names


def _range_of(canvas: Canvas, name: str, points: Iterable[Point], unit: str, currency: str | None) -> str:
    known = with_value(list(points))
    if not known:
        return canvas.words.say("chart.no_values", name=name)

    def said(point: Point) -> str:
        return canvas.at(canvas.said(point["value"], unit, currency), point["label"])

    low, high = min(known, key=lambda p: p["value"]), max(known, key=lambda p: p["value"])
    return canvas.words.say("chart.range", name=name, latest=said(known[-1]), low=said(low), high=said(high))


def _reached(canvas: Canvas, rows: Sequence[Row], unit: str, currency: str | None) -> str:
    """The newest month with both, and how many months came to their target, and all of them together."""
    actual, target = canvas.options["actual"], canvas.options["target"]
    say = canvas.words.say
    both = [row for row in rows if row[actual] is not None and row[target] is not None]
    if not both:
        return say("chart.targets_only")

    def said(value: Any) -> str:
        return canvas.said(value, unit, currency)

    last = both[-1]
    short = Decimal(last[target]) - Decimal(last[actual])
    away = say("chart.short" if short > 0 else "chart.above", amount=said(abs(short)))
    done = sum(1 for row in both if row[actual] >= row[target])
    sums = [sum((Decimal(row[column]) for row in both), Decimal(0)) for column in (actual, target)]
    month = _place(canvas, last)[1]
    return say(
        "chart.reached",
        name=canvas.title(actual),
        month=month,
        value=said(last[actual]),
        target=said(last[target]),
        gap=away if short else say("chart.on_target"),
        done=done,
        months=canvas.words.counted(len(both), "month"),
        sum=said(sums[0]),
        sums=said(sums[1]),
    )


def _stacked(canvas: Canvas, points: Sequence[Point], unit: str, currency: str | None) -> str:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for point in points:
        totals[point["label"]] += Decimal(point["value"])
    months = sorted({(point["x"], point["label"]) for point in points})
    last = months[-1][1]

    def said(label: str) -> str:
        return canvas.at(canvas.said(totals[label], unit, currency), label)

    low, high = min(totals, key=lambda m: totals[m]), max(totals, key=lambda m: totals[m])
    parts = sorted((p for p in points if p["label"] == last), key=lambda p: -Decimal(p["value"]))
    listed = ", ".join(f"{p['series']} {canvas.said(p['value'], unit, currency)}" for p in parts)
    return canvas.words.say("chart.stacked", latest=said(last), parts=listed, low=said(low), high=said(high))


def _barred(canvas: Canvas, points: Sequence[Point], unit: str, currency: str | None) -> str:
    known, say = with_value(points), canvas.words.say
    low, high = min(known, key=lambda p: p["value"]), max(known, key=lambda p: p["value"])
    if canvas.options.get("total"):
        total = sum((Decimal(point["value"]) for point in known), Decimal(0))
        whole = canvas.said(total, unit, currency)
        if not total:
            return say("chart.whole_none", whole=whole)
        share = format_ratio(Decimal(high["value"]) / total, canvas.locale)
        return say("chart.whole", whole=whole, name=high["label"], value=high["text"], share=share)
    if len(known) == 1:
        return say("chart.one", name=high["label"], value=high["text"])
    highest, lowest = (canvas.at(point["text"], point["label"]) for point in (high, low))
    return say("chart.extremes", high=highest, low=lowest)


def _drawn(canvas: Canvas, first: int, rows: int) -> str:
    return " " + canvas.words.say("chart.drawn", count=first, rows=canvas.words.counted(rows, "row"))


def _leader(canvas: Canvas, points: Sequence[Point], measure: str) -> str:
    known = with_value([point for point in points if point["series"] == measure])
    if not known:
        return canvas.words.say("chart.no_values", name=measure)
    high = max(known, key=lambda p: p["value"])
    return canvas.words.say("chart.leader", name=measure, leader=high["label"], value=high["text"])


def _week(monday: date, locale: str) -> str:
    return str(format_skeleton("MMMd", monday, locale=locale))


_BECAME = {
    "sold": "chart.night_sold",
    "owner": "chart.night_owner",
    "blocked": "chart.night_blocked",
    "given": "chart.night_given",
}


def _night_words(of: dict[str, int], canvas: Canvas) -> str:
    """What became of a night: in a word for one unit, in numbers for several."""
    say = canvas.words.say
    if of["listed"] != 1:
        shut = of["owner"] + of["blocked"] == of["listed"]
        return say("chart.night_shut" if shut else "chart.night_part", sold=of["sold"], listed=of["listed"])
    return say(next((key for column, key in _BECAME.items() if of[column]), "chart.night_free"))


def _nights(nights: dict[date, dict[str, int]], canvas: Canvas) -> str:
    say, locale = canvas.words.say, canvas.locale
    total = {column: sum(of[column] for of in nights.values()) for column in _NIGHTS}
    others = [
        f"{total[column]} {say(key)}" for column, key in _BECAME.items() if total[column] and column != "sold"
    ]
    return say(
        "chart.nights",
        listed=canvas.words.counted(total["listed"], "night"),
        first=format_day(min(nights), locale),
        last=format_day(max(nights), locale),
        sold=total["sold"],
        share=format_ratio(Decimal(total["sold"]) / max(total["listed"], 1), locale),
        others=", ".join([*others, f"{total['free']} {say('chart.night_free')}"]),
    )
