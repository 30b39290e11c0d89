"""Sections in words: what the template pair of each kind arranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.reports.chart_grids import chart_grid
from quarterdeck.reports.chart_specs import numbered_names
from quarterdeck.reports.format import MISSING_WORDS
from quarterdeck.reports.grid import cell, column, grid_of, kpi_grid, table_grid
from quarterdeck.reports.tables import in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from quarterdeck.reports.charts import Chart
    from quarterdeck.reports.grid import Speaker


def section_view(
    section: dict[str, Any], payload: dict[str, Any], charts: Mapping[str, Chart], speaker: Speaker
) -> dict[str, Any]:
    """Title, intro, why it is empty (or None), and what its kind shows."""
    view = {key: section[key] for key in ("id", "kind", "title", "intro")}
    missing = section["missing"]
    if missing is not None:
        words = MISSING_WORDS[missing["reason"]]
        return {**view, "missing": f"Nothing to show here: {words}. What it lacks: {missing['because']}."}
    if section["kind"] == "chart":
        return {**view, "missing": None, **_chart(section, payload, charts, speaker)}
    return {**view, "missing": None, **_VIEWS[section["kind"]](section, speaker)}


def _table(section: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    """With ``first`` that many rows are shown and the others counted: the payload has them all."""
    data, first = section["data"], section["data"].get("first")
    grid = table_grid(section["title"], {**data, "rows": data["rows"][:first]}, speaker)
    more, note = len(data["rows"][first:]) if first else 0, data["note"]
    rest = f"And {speaker.counted(more, 'row')} more." if more else ""
    return {"grid": grid, "note": " ".join(part for part in (rest, note) if part)}


def _chart(
    section: dict[str, Any], payload: dict[str, Any], charts: Mapping[str, Chart], speaker: Speaker
) -> dict[str, Any]:
    """The picture, and its figures: in a table of its own, or in the section that has them all."""
    chart = next(c for c in payload["charts"] if c["id"] == section["data"]["chart"])
    drawn = charts[chart["id"]]
    named = chart.get("figures_in")
    where = next((each["title"] for each in payload["sections"] if each["id"] == named), None)
    notes = [f"In the picture, {short} is {name}." for name, short in numbered_names(chart).items()]
    if where is not None:
        notes.append(f"The figures are in the table “{where}”.")
    return {
        "image": {"cid": chart["id"], "alt": drawn.alt, "width": drawn.width, "height": drawn.height},
        "grid": chart_grid(chart, speaker) if where is None else None,
        "note": " ".join(notes),
    }


def _kpi_group(section: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    items = section["data"]["items"]
    shows_change = any(kpi["previous"] is not None for kpi in items)
    grid = kpi_grid(section["title"], items, speaker, previous={} if shows_change else None)
    return {"grid": grid}


def _missing_kpis(section: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    rows = [
        [
            cell(entry["title"]),
            cell(entry["because"]),
            cell(entry["owner"]),
            cell(
                speaker.counted(entry["days"], "day") if entry["days"] else "since today",
                _since(entry, speaker),
            ),
        ]
        for entry in section["data"]["items"]
    ]
    columns = [column("KPI"), column("What it lacks"), column("Owner"), column("Missing for", right=True)]
    return {
        "count": speaker.counted(len(rows), "KPI"),
        "grid": grid_of(section["title"], columns, rows) if rows else None,
    }


def _since(entry: dict[str, Any], speaker: Speaker) -> str:
    return f"since {speaker.day(entry['since'])}" if entry["days"] else ""


def _action_plan(section: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    rows = [
        [
            cell(speaker.titled(action["action"], action["tenant"]), action["expected_effect"]),
            cell(action["owner"]),
            cell(speaker.day(action["due"])),
            cell(action["effort"]),
        ]
        for action in section["data"]["items"]
    ]
    columns = [column("Action and its effect"), column("Owner"), column("Due"), column("Effort")]
    until = section["data"]["until"]
    return {
        "grid": grid_of(section["title"], columns, rows) if rows else None,
        "empty": "Nothing to do" + (f" until {speaker.day(until)}." if until else "."),
    }


def _findings_of(section: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    return {
        "findings": [_finding(item, speaker) for item in section["data"]["items"]],
        "not_found": section["data"]["not_found"],
        "unchecked": [_unchecked(part, speaker) for part in section["data"]["unchecked"]],
    }


def _unchecked(part: dict[str, Any], speaker: Speaker) -> str:
    return f"{speaker.titled(part['title'], part['subject'] or None)}: {part['because']}"


def _finding(item: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    since = f" since {speaker.day(item['since'])}"
    status = {"new": "new", "persisting": f"open{since}", "resolved": "resolved"}[item["status"]]
    if item["unchecked"]:
        status += f", not checked today ({item['unchecked']})"
    return {
        "title": speaker.titled(item["title"], item["tenant"]),
        "severity": item["severity"],
        "tag": f"{item['severity']}, {status}",
        "description": item["description"],
        "impact": item["impact"],
        "evidence": evidence_text(item["evidence"]),
    }


def evidence_text(evidence: list[dict[str, Any]]) -> str:
    """The figures behind a finding, on one line: ``Cash total: $30,000.00; Gross burn: ...``."""
    return "; ".join(f"{in_words(figure['metric'])}: {figure['text']}" for figure in evidence)


def _text(section: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    del speaker
    return {"text": section["data"]["text"]}


def _why_moved(section: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    data = section["data"]
    unsplit = [
        f"{speaker.titled(part['title'], part['tenant'])} {_AGAINST[part['against']]}: {part['because']}"
        for part in data["unsplit"]
    ]
    return {"lines": [item["sentence"] for item in data["items"]], "unsplit": unsplit}


_AGAINST = {
    "previous_edition": "against the last edition",
    "month_before": "against the month before",
    "year_before": "against the year before",
}
_VIEWS: dict[str, Callable[[dict[str, Any], Speaker], dict[str, Any]]] = {
    "table": _table,
    "kpi_group": _kpi_group,
    "missing_kpis": _missing_kpis,
    "action_plan": _action_plan,
    "findings_of": _findings_of,
    "text": _text,
    "why_moved": _why_moved,
}
