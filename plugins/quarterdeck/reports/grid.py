"""Grids: tables in words, with an alignment per column; and the speaker that puts values into words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import dropwhile
from typing import TYPE_CHECKING, Any

from quarterdeck.reports.change import sense_of
from quarterdeck.reports.format import NOTHING, format_day, format_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quarterdeck.reports.words import Words

_LEFT = {"text", "tenant", "day", "month", "boolean"}
SNAKE = re.compile(r"[a-z]+(_[a-z]+)+")  # a word of the data: paid_search
_WORDS = {"text", "tenant"}  # sorted as the reader's language has it
_BARS = "▁▂▃▄▅▆▇█"
_MOST_POINTS = 14


@dataclass(frozen=True)
class Speaker:
    """Puts values of one payload into words: the phrases with their locale, and the titles of its tenants."""

    words: Words
    titles: Mapping[str, str]

    @classmethod
    def of(cls, payload: dict[str, Any], words: Words) -> Speaker:
        """The speaker for a payload."""
        scope = payload["scope"]
        titles = {tenant["id"]: tenant["title"] for tenant in scope["tenants"]}
        titles |= {tenant["tenant"]: tenant["title"] for tenant in scope["left_out"]}
        return cls(words, titles)

    def say(self, key: str, **names: object) -> str:
        """A phrase of the catalogue."""
        return self.words.say(key, **names)

    def day(self, day: str) -> str:
        """A day with its weekday."""
        return format_day(day, self.words.locale)

    def counted(self, count: int, noun: str) -> str:
        """A count with its noun."""
        return self.words.counted(count, noun)

    def tenant(self, tenant: str | None) -> str:
        """A tenant's title; nothing for the scope."""
        return "" if tenant is None else self.titles.get(tenant, tenant)

    def titled(self, title: str, tenant: str | None) -> str:
        """A title, with the tenant that it speaks of."""
        return title if tenant is None else self.say("value.titled", title=title, of=self.tenant(tenant))

    def of_business(self, what: str, tenant: str | None) -> str:
        """``bookings of JADA``; either of the two alone where there is no other."""
        business = self.tenant(tenant)
        if not what or not business:
            return what or business
        return self.say("value.of_business", what=what, business=business)

    def value(self, value: Any, line: Mapping[str, Any]) -> str:
        """A value in the unit of a KPI line or of a change."""
        return self.words.value(value, line["unit"], line["currency"], noun=line["unit_label"])

    def change(self, line: Mapping[str, Any]) -> str:
        """A change in words, with what it means: ``up 5.9%, worse``; empty where there is none."""
        change = line["change"]
        if change is None:
            return ""
        words = self.words.change(change, line["unit"], line["currency"])
        sense = sense_of(change["direction"], line["better"])
        if sense == "neither":
            return words
        return self.say("change.sense", change=words, sense=self.say(f"change.{sense}"))

    def cell(self, value: Any, unit: str, currency: str | None, *, whole: bool = False) -> str:
        """A cell of a table; ``whole`` leaves the minor units of money out."""
        if value is None:
            return NOTHING
        if unit == "boolean":
            return self.say("value.yes" if value else "value.no")
        if unit == "tenant":
            return self.tenant(str(value))
        if unit == "text" and SNAKE.fullmatch(str(value)):
            return str(value).replace("_", " ")
        if unit == "money" and currency is None:
            return format_number(value, self.words.locale, least=0 if whole else 2, most=0 if whole else 2)
        return self.words.value(value, unit, currency, whole=whole)


def column(title: str, *, right: bool = False, sortable: bool = True) -> dict[str, Any]:
    """A column of a grid. ``sortable``: its cells can be put in an order (they are of one unit)."""
    return {"title": title, "right": right, "sortable": sortable}


def cell(
    text: str, small: str = "", *, picture: bool = False, key: Any = None, passport: str | None = None
) -> dict[str, Any]:
    """A cell of a grid: its text, and what stands smaller below it.

    ``picture``: the text is a drawing made of characters, which is not to be read aloud. ``key``: the value
    by which the column is sorted, where the text has no order of its own. ``passport``: the id of the
    figure's passport.
    """
    return {"text": text, "small": small, "picture": picture, "key": key, "passport": passport}


def passport_id(line: Mapping[str, Any]) -> str:
    """The id of a KPI line's passport in the web view; one line has one, wherever it is shown."""
    return "--".join(["passport", line["id"], line["tenant"] or "", line["currency"] or ""])


def sort_key(value: Any, currency: str | None) -> Any:
    """What a value is sorted by; amounts of several currencies stand apart, by code. None has no place."""
    return None if value is None else [currency or "", value]


def grid_of(
    caption: str, columns: Sequence[dict[str, Any]], rows: Sequence[Sequence[dict[str, Any]]]
) -> dict[str, Any]:
    """A grid; its first column names the row."""
    return {"caption": caption, "columns": list(columns), "rows": [list(row) for row in rows]}


def table_grid(caption: str, data: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    """The grid of a payload's table, without the columns that no row has anything in."""

    def said(row: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
        currency = row.get("currency") or data["currency"]
        value, unit = row[shown["id"]], shown["unit"]
        key = None if unit in _WORDS else sort_key(value, currency if unit == "money" else None)
        return cell(speaker.cell(value, unit, currency, whole=data["whole"]), key=key)

    shown = [c for c in data["columns"] if any(row[c["id"]] is not None for row in data["rows"])]
    columns = [column(c["title"], right=c["unit"] not in _LEFT) for c in shown]
    return grid_of(caption, columns, [[said(row, c) for c in shown] for row in data["rows"]])


def kpi_grid(
    caption: str,
    kpis: Sequence[dict[str, Any]],
    speaker: Speaker,
    *,
    previous: dict[str, Any] | None,
    as_of: str | None = None,
) -> dict[str, Any]:
    """KPI lines as a grid; columns that no line has anything for are left out.

    ``as_of``: the day that needs no saying, as the whole report is of it.
    """
    parts = [
        (_column("figure", speaker), _figure_cells(kpis, speaker, as_of)),
        (_column("value", speaker, right=True), [_value_cell(kpi, speaker) for kpi in kpis]),
    ]
    if previous is not None:
        cells = [_previous_cell(kpi, speaker) for kpi in kpis]
        parts.append((_column("before", speaker, right=True), cells))
    if any(kpi.get("same_period") and "value" in kpi["same_period"]["month_before"] for kpi in kpis):
        cells = [_month_before_cell(kpi, speaker) for kpi in kpis]
        parts.append((_column("month_before", speaker, right=True), cells))
    if any(kpi["target"] is not None for kpi in kpis):
        parts.append((_column("target", speaker, right=True), [_target_cell(kpi, speaker) for kpi in kpis]))
    if any(kpi.get("trend") for kpi in kpis):
        parts.append((_column("trend", speaker), [_trend_cell(kpi, speaker) for kpi in kpis]))
    columns, cells_by_column = zip(*parts, strict=True)
    return grid_of(caption, columns, list(zip(*cells_by_column, strict=True)))


def _column(name: str, speaker: Speaker, *, right: bool = False) -> dict[str, Any]:
    # Its figures are of several units: only their names have an order.
    return column(speaker.say(f"kpis.{name}"), right=right, sortable=name == "figure")


def _figure_cells(
    kpis: Sequence[dict[str, Any]], speaker: Speaker, as_of: str | None
) -> list[dict[str, Any]]:
    cells = []
    for kpi in kpis:
        period = kpi["period"] or {"start": None, "end": None}
        of_the_day = period["start"] == period["end"] == as_of
        when = "" if of_the_day else speaker.words.period(period["start"], period["end"])
        cells.append(
            cell(kpi["title"], ", ".join(part for part in (speaker.tenant(kpi["tenant"]), when) if part))
        )
    return cells


def _value_cell(kpi: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    if "value" in kpi:
        return cell(speaker.value(kpi["value"], kpi), kpi["note"] or "", passport=passport_id(kpi))
    words = speaker.say(f"missing.{kpi['missing']}")
    because = kpi["because"] or ""
    shown = speaker.say("missing.marked", words=words) if kpi["missing"] == "no_data" else words
    return cell(shown, "" if because == words else because, passport=passport_id(kpi))


def _previous_cell(kpi: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    return cell(_or_nothing(kpi["previous"], kpi, speaker), speaker.change(kpi))


def _month_before_cell(kpi: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    """The same days of the month before (of a full month: the month before), and the change since."""
    entry = (kpi.get("same_period") or {}).get("month_before")
    if entry is None or "value" not in entry:
        return cell(NOTHING)
    return cell(speaker.value(entry["value"], kpi), speaker.change({**kpi, "change": entry["change"]}))


def _target_cell(kpi: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    """The target; below it how much of it there is, and what of it the days done stand for."""
    progress = kpi.get("progress")
    if kpi["target"] is None or progress is None:
        return cell(_or_nothing(kpi["target"], kpi, speaker))
    said = []
    if progress["ratio"] is not None:
        said.append(speaker.say("kpis.of_target", share=speaker.cell(progress["ratio"], "ratio", None)))
    part = progress["to_date"]
    if part is not None and part["days_done"] < part["days"]:
        target = speaker.value(part["target"], kpi)
        said.append(speaker.say("kpis.to_date", done=part["days_done"], days=part["days"], target=target))
    return cell(speaker.value(kpi["target"], kpi), "; ".join(said))


def _or_nothing(value: Any, kpi: dict[str, Any], speaker: Speaker) -> str:
    return NOTHING if value is None else speaker.value(value, kpi)


def _trend_cell(kpi: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    points = list(dropwhile(lambda point: point.get("value") is None, _thinned(kpi["trend"])))
    known = [point["value"] for point in points if point.get("value") is not None]
    if not known:
        return cell(NOTHING)
    low, high = speaker.value(min(known), kpi), speaker.value(max(known), kpi)
    key = "kpis.level" if low == high else "kpis.span"
    return cell(sparkline(points), speaker.say(key, value=low, low=low, high=high), picture=True)


def sparkline(points: Sequence[Mapping[str, Any]]) -> str:
    """One block character per point between the lowest and the highest; a dot where there is no value."""
    heights = [_height(point.get("value")) for point in points]
    known = [height for height in heights if height is not None]
    low, span = min(known), max(known) - min(known)
    steps = len(_BARS) - 1
    return "".join(
        "·" if height is None else _BARS[int((height - low) / span * steps) if span else 3]
        for height in heights
    )


def _height(value: Any) -> Decimal | None:
    """A value on the scale of its drawing: a day counts by its number."""
    if isinstance(value, str):
        return Decimal(date.fromisoformat(value).toordinal())
    return None if value is None else Decimal(value)


def _thinned(points: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """So many points as a narrow page has room for: every n-th, counted back from the last."""
    step = -(-len(points) // _MOST_POINTS) or 1
    return list(points[::-1][::step][::-1])
