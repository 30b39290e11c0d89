"""The tables of a payload with their values as they are: what CSV and XLSX are written from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.errors import QuarterdeckError
from quarterdeck.reports.grid import Speaker
from quarterdeck.reports.tables import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quarterdeck.reports.words import Words

Value = Decimal | int | str | bool | None


@dataclass(frozen=True)
class Cell:
    """A value with its unit: one of metrics, or ``text``, ``boolean``, ``month``, ``instant``.

    Money is in major units, days are ISO days. ``value`` None is an empty cell, never a zero.
    """

    value: Value
    unit: str = "text"
    currency: str | None = None


@dataclass(frozen=True)
class Table:
    """A table with a title to each column; where all of it is ``missing``, in words why."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    missing: str | None = None


def tables_of(payload: dict[str, Any], words: Words, wanted: Sequence[str] = ()) -> list[Table]:
    """KPIs, findings, recommendations, then each section's table, with all of its rows.

    ``wanted`` chooses and orders by id (default: all). Raises QuarterdeckError for an id that there isn't.
    """
    speaker = Speaker.of(payload, words)
    found = [_kpis(payload, speaker), _findings(payload, speaker), _recommendations(payload, speaker)]
    found += [table for section in payload["sections"] if (table := _section(section, payload, speaker))]
    by_id = {table.id: table for table in found}
    if unknown := [id_ for id_ in wanted if id_ not in by_id]:
        raise QuarterdeckError(
            f"attachments of {payload['report']}: expected tables of the payload ({', '.join(by_id)}), "
            f"found {', '.join(unknown)}"
        )
    return [by_id[id_] for id_ in wanted] if wanted else found


def _texts(*values: str | None) -> tuple[Cell, ...]:
    return tuple(Cell(value) for value in values)


_KPI_COLUMNS = (
    "figure", "business", "value", "unit", "currency", "because", "start", "end", "last_edition", "change",
    "change_ratio", "target", "note", "definition",
)  # fmt: skip


def _titles(names: Iterable[str], speaker: Speaker) -> tuple[str, ...]:
    return tuple(speaker.say(f"columns.{name}") for name in names)


def _kpis(payload: dict[str, Any], speaker: Speaker) -> Table:
    rows = tuple(_kpi(kpi, speaker) for kpi in payload["kpis"])
    return Table("kpis", speaker.say("kpis.title"), _titles(_KPI_COLUMNS, speaker), rows)


def _kpi(kpi: dict[str, Any], speaker: Speaker) -> tuple[Cell, ...]:
    unit, currency = kpi["unit"], kpi["currency"]
    change, period = kpi["change"] or {}, kpi["period"] or {}
    missing = kpi.get("missing")
    because = speaker.words.missing(missing, kpi.get("because")) if missing else None
    label = speaker.words.plural(kpi["unit_label"], 2) if kpi["unit_label"] else unit
    return (
        *_texts(kpi["title"], speaker.tenant(kpi["tenant"])),
        Cell(kpi.get("value"), unit, currency),
        *_texts(label, currency, because),
        *(Cell(period.get(end), "day") for end in ("start", "end")),
        Cell(kpi["previous"], unit, currency),
        Cell(change.get("absolute"), "count" if unit == "day" else unit, currency),
        Cell(change.get("relative"), "ratio"),
        Cell(kpi["target"], unit, currency),
        *_texts(kpi["note"], kpi["lineage"]["code"]),
    )


_FINDING_COLUMNS = (
    "finding", "business", "severity", "category", "status", "since", "days_open", "what_is_so",
    "what_it_means", "evidence", "at_stake", "currency", "rows", "keys",
)  # fmt: skip


def _findings(payload: dict[str, Any], speaker: Speaker) -> Table:
    titles = {kpi["id"]: kpi["title"] for kpi in payload["kpis"]}
    rows = tuple(_finding(finding, titles, speaker) for finding in payload["findings"])
    return Table("findings", speaker.say("columns.findings"), _titles(_FINDING_COLUMNS, speaker), rows)


def _finding(finding: dict[str, Any], titles: dict[str, str], speaker: Speaker) -> tuple[Cell, ...]:
    stake, behind = finding["at_stake"] or {}, finding["rows"] or {}
    return (
        *_texts(finding["title"], speaker.tenant(finding["tenant"])),
        *_texts(finding["severity"], finding["category"], finding["status"]),
        Cell(finding["since"], "day"),
        Cell(finding["days_open"], "count"),
        *_texts(finding["description"], finding["impact"], _evidence(finding, titles)),
        Cell(stake.get("value"), stake.get("unit", "money"), stake.get("currency")),
        Cell(stake.get("currency")),
        Cell(behind.get("count"), "count"),
        Cell("; ".join(behind.get("keys", ()))),
    )


def _evidence(finding: dict[str, Any], titles: dict[str, str]) -> str:
    figures = finding["evidence"]
    return "; ".join(f"{titles.get(f['metric']) or in_words(f['metric'])}: {f['text']}" for f in figures)


_ADVICE_COLUMNS = (
    "action", "business", "severity", "owner", "due", "effort", "effort_days", "expected_effect",
    "first_said", "days_open", "at_stake", "currency", "findings",
)  # fmt: skip


def _recommendations(payload: dict[str, Any], speaker: Speaker) -> Table:
    titles = {finding["id"]: finding["title"] for finding in payload["findings"]}
    rows = tuple(
        row for advice in payload["recommendations"] for row in _recommendation(advice, titles, speaker)
    )
    return Table(
        "recommendations", speaker.say("columns.recommendations"), _titles(_ADVICE_COLUMNS, speaker), rows
    )


def _recommendation(
    advice: dict[str, Any], titles: dict[str, str], speaker: Speaker
) -> Iterable[tuple[Cell, ...]]:
    """A row for each currency that is at stake: amounts of two are never added."""
    stakes: Sequence[dict[str, Any]] = advice["at_stake"] or ({},)
    for stake in stakes:
        yield (
            *_texts(advice["action"], speaker.tenant(advice["tenant"]), advice["severity"], advice["owner"]),
            Cell(advice["due"], "day"),
            Cell(advice["effort"]),
            Cell(advice["effort_days"], "days"),
            Cell(advice["expected_effect"]),
            Cell(advice["first_said"], "day"),
            Cell(advice["days_open"], "count"),
            Cell(stake.get("value"), "money", stake.get("currency")),
            Cell(stake.get("currency")),
            Cell("; ".join(titles.get(id_, id_) for id_ in advice["findings"])),
        )


def _section(section: dict[str, Any], payload: dict[str, Any], speaker: Speaker) -> Table | None:
    """The section's own table; None where it has none or shows rows of the tables above."""
    id_, title, missing = section["id"], section["title"], section["missing"]
    if missing is not None:
        because = f"{title}: {speaker.words.missing(missing['reason'], missing['because'])}"
        return Table(id_, title, _titles(["missing"], speaker), (), because)
    if section["kind"] == "missing_kpis":
        return _missing_kpis(section, speaker)
    data = section["data"]
    if "rows" in data and "columns" in data:
        return _plain(section, speaker)
    chart = next((chart for chart in payload["charts"] if chart["id"] == data.get("chart")), None)
    return None if chart is None else _chart(id_, chart, speaker)


def _plain(section: dict[str, Any], speaker: Speaker) -> Table:
    data = section["data"]
    columns = data["columns"]
    of_money = any(column["unit"] == "money" for column in columns)
    rows = []
    for row in data["rows"]:
        currency = row.get("currency") or data["currency"]
        cells = [_cell(row[column["id"]], column["unit"], currency, speaker) for column in columns]
        rows.append((*cells, *([Cell(currency)] if of_money else [])))
    titles = (*(column["title"] for column in columns), *(_titles(["currency"], speaker) if of_money else ()))
    return Table(section["id"], section["title"], titles, tuple(rows))


def _cell(value: Value, unit: str, currency: str | None, speaker: Speaker) -> Cell:
    if unit == "tenant":
        return Cell(speaker.tenant(str(value)) if value is not None else None)
    return Cell(value, unit, currency if unit == "money" else None)


def _missing_kpis(section: dict[str, Any], speaker: Speaker) -> Table:
    rows = tuple(
        (
            *_texts(entry["title"], entry["because"], entry["owner"]),
            Cell(entry["since"], "day"),
            Cell(entry["days"], "count"),
        )
        for entry in section["data"]["items"]
    )
    columns = _titles(("figure", "lacks", "owner", "since", "days_missing"), speaker)
    return Table(section["id"], section["title"], columns, rows)


def _chart(id_: str, chart: dict[str, Any], speaker: Speaker) -> Table:
    """A row per place on the axis and a column per series; a row per point where a place has several."""
    points, unit, currency = chart["data"], chart["unit"], chart["currency"]
    series = list(dict.fromkeys(str(point.get("series", "")) for point in points))
    values = {(point["label"], str(point.get("series", ""))): point["value"] for point in points}
    money = (Cell(currency),) if currency else ()
    extra = _titles(["currency"], speaker) if currency else ()
    if len(values) < len(points):
        rows = tuple(
            (
                *_texts(point["label"], str(point.get("series", ""))),
                Cell(point["value"], unit, currency),
                *money,
            )
            for point in points
        )
        titles = (chart["x_title"], *_titles(("series", "value"), speaker), *extra)
        return Table(id_, chart["title"], titles, rows)
    rows = tuple(
        (Cell(label), *(Cell(values.get((label, name)), unit, currency) for name in series), *money)
        for label in dict.fromkeys(point["label"] for point in points)
    )
    return Table(id_, chart["title"], (chart["x_title"], *series, *extra), rows)
