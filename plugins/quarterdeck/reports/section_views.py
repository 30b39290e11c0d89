"""Sections in words: what the template pair of each kind arranges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quarterdeck.reports.chart_grids import chart_grid
from quarterdeck.reports.chart_specs import numbered_names
from quarterdeck.reports.finding_views import findings_view
from quarterdeck.reports.form import FULL
from quarterdeck.reports.grid import cell, column, grid_of, kpi_grid, table_grid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from quarterdeck.reports.charts import Chart, SvgChart
    from quarterdeck.reports.form import Form
    from quarterdeck.reports.grid import Speaker


@dataclass(frozen=True)
class Sight:
    """What a section is shown with: its payload, the drawn charts, the words, and how much fits."""

    payload: dict[str, Any]
    charts: Mapping[str, Chart | SvgChart]
    speaker: Speaker
    form: Form


_METRIC = re.compile(r"(^|; )[a-z0-9_]+: ")


def section_view(
    section: dict[str, Any],
    payload: dict[str, Any],
    charts: Mapping[str, Chart | SvgChart],
    speaker: Speaker,
    form: Form = FULL,
) -> dict[str, Any]:
    """Title, intro, why it is empty (or None), and what its kind shows."""
    view = {key: section[key] for key in ("id", "kind", "title", "intro")}
    missing = section["missing"]
    if missing is not None:
        words = speaker.say(f"missing.{missing['reason']}")
        return {**view, "missing": speaker.say("missing.section", words=words, because=missing["because"])}
    shown = _VIEWS[section["kind"]](section, Sight(payload, charts, speaker, form))
    return {**view, "missing": None, **shown}


def rest_of(count: int, table: str, form: Form, speaker: Speaker) -> str:
    """Where the rows of a table are that a form leaves out; empty where it shows them all."""
    if form.rows is None or count <= form.rows:
        return ""
    key = "tables.cut" if form.rows else "tables.left_out"
    rows = speaker.counted(count, "row")
    return speaker.say(key, shown=form.rows, count=rows, where=whereabouts(table, form, speaker))


def whereabouts(table: str, form: Form, speaker: Speaker) -> str:
    """Where all of a table is: the attached files that have it, else the archive."""
    files = form.files_with(table)
    if not files:
        return speaker.say("tables.in_archive")
    return speaker.say("tables.in_attachment", files=speaker.say("tables.and").join(files))


def _table(section: dict[str, Any], sight: Sight) -> dict[str, Any]:
    """With ``first`` that many rows are shown and the others counted: the payload has them all."""
    data = section["data"]
    first = None if sight.form.whole else data.get("first")
    wanted = data["rows"][:first]
    grid = table_grid(section["title"], {**data, "rows": wanted[: sight.form.rows]}, sight.speaker)
    more = len(data["rows"]) - len(wanted)
    rest = rest_of(len(wanted), section["id"], sight.form, sight.speaker) and rest_of(
        len(data["rows"]), section["id"], sight.form, sight.speaker
    )
    if more and not rest:
        rest = _after_first(len(wanted), len(data["rows"]), section["id"], sight)
    note = " ".join(part for part in (rest, data["note"]) if part)
    return {"grid": grid, "note": note, "empty": "" if data["rows"] else sight.speaker.say("tables.none")}


def _after_first(shown: int, count: int, table: str, sight: Sight) -> str:
    """What is said below the first rows of a table: where all are, in the file if the reader has one."""
    speaker = sight.speaker
    if not sight.form.files_with(table):
        return speaker.say("tables.first", count=speaker.counted(count - shown, "row"))
    where = whereabouts(table, sight.form, speaker)
    return speaker.say("tables.cut", shown=shown, count=speaker.counted(count, "row"), where=where)


def _chart(section: dict[str, Any], sight: Sight) -> dict[str, Any]:
    """The picture, and its figures: in a table of its own, or in the section that has them all."""
    chart = next(c for c in sight.payload["charts"] if c["id"] == section["data"]["chart"])
    drawn = sight.charts[chart["id"]]
    named = chart.get("figures_in")
    where = next((each["title"] for each in sight.payload["sections"] if each["id"] == named), None)
    say = sight.speaker.say
    notes = [say("chart.numbered", short=short, name=name) for name, short in numbered_names(chart).items()]
    if where is not None:
        notes.append(say("chart.figures_in", title=where))
    return {
        "image": {"cid": chart["id"], "alt": drawn.alt, "width": drawn.width, "height": drawn.height},
        "finding": drawn.alt.removeprefix(f"{chart['title']}. "),
        "grid": chart_grid(chart, sight.speaker) if where is None else None,
        "note": " ".join(notes),
    }


def _kpi_group(section: dict[str, Any], sight: Sight) -> dict[str, Any]:
    items = section["data"]["items"]
    previous: dict[str, Any] | None = {} if any(kpi["previous"] is not None for kpi in items) else None
    return {
        "grid": kpi_grid(
            section["title"], items, sight.speaker, previous=previous, as_of=sight.payload["as_of"]
        )
    }


def _missing_kpis(section: dict[str, Any], sight: Sight) -> dict[str, Any]:
    items = section["data"]["items"]
    if not items:
        return {"grid": None, "count": "", "lead": sight.speaker.say("lacking.none")}
    rows = [
        [
            cell(e["title"]),
            cell(e["because"]),
            cell(e["owner"]),
            cell(*_how_long(e, sight.speaker), key=e["days"]),
        ]
        for e in items
    ]
    columns = [column(sight.speaker.say(f"lacking.{name}")) for name in ("kpi", "what", "owner")]
    columns.append(column(sight.speaker.say("lacking.how_long"), right=True))
    count = sight.speaker.counted(len(rows), "kpi")
    lead = sight.speaker.say("lacking.intro", count=count)
    return {"count": count, "grid": grid_of(section["title"], columns, rows), "lead": lead}


def _how_long(entry: dict[str, Any], speaker: Speaker) -> tuple[str, str]:
    if not entry["days"]:
        return speaker.say("value.since_today"), ""
    since = speaker.say("value.since", day=speaker.day(entry["since"]))
    return speaker.counted(entry["days"], "day"), since


def _action_plan(section: dict[str, Any], sight: Sight) -> dict[str, Any]:
    """One action for several businesses is one row."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for action in section["data"]["items"]:
        key = tuple(action[name] for name in ("action", "owner", "due", "effort"))
        alike.setdefault(key, []).append(action)
    rows = [_action_cells(actions, sight.payload["as_of"], sight.speaker) for actions in alike.values()]
    columns = [column(sight.speaker.say(f"plan.{name}")) for name in ("action", "owner", "due", "effort")]
    until = section["data"]["until"]
    empty = (
        sight.speaker.say("plan.nothing_until", day=sight.speaker.day(until))
        if until
        else sight.speaker.say("plan.nothing")
    )
    return {
        "grid": grid_of(section["title"], columns, rows[: sight.form.items]) if rows else None,
        "empty": empty,
        "note": _more(len(rows), "recommendations", sight.form, sight.speaker),
    }


def _action_cells(actions: list[dict[str, Any]], as_of: str, speaker: Speaker) -> list[dict[str, Any]]:
    first = actions[0]
    tenants = [speaker.tenant(action["tenant"]) for action in actions if action["tenant"] is not None]
    said = first["action"]
    if tenants:
        said = speaker.say("value.titled", title=said, of=", ".join(tenants))
    effects = [action["expected_effect"] for action in actions]
    if len(set(effects)) == 1:
        effects = effects[:1]
    elif tenants:
        effects = [
            speaker.say("plan.effect", business=speaker.tenant(action["tenant"]), effect=effect)
            for action, effect in zip(actions, effects, strict=True)
        ]
    overdue = speaker.say("plan.overdue") if first["due"] < as_of else ""
    return [
        cell(said, " ".join(effects)),
        cell(first["owner"]),
        cell(speaker.day(first["due"]), overdue, key=first["due"]),
        cell(speaker.say(f"plan.effort_{first['effort']}")),
    ]


def _findings_of(section: dict[str, Any], sight: Sight) -> dict[str, Any]:
    data = section["data"]
    findings = findings_view(data["items"], sight.payload, sight.speaker)
    not_found = ", ".join(data["not_found"])
    unchecked = "; ".join(_unchecked(data["unchecked"], sight.speaker))
    nothing = not findings and not not_found and not unchecked
    return {
        "findings": findings[: sight.form.items],
        "more": _more(len(findings), "findings", sight.form, sight.speaker),
        "none": sight.speaker.say("findings.none") if nothing else "",
        "not_found": sight.speaker.say("findings.not_found", titles=not_found) if not_found else "",
        "unchecked": sight.speaker.say("findings.unchecked", titles=unchecked) if unchecked else "",
    }


def _more(count: int, table: str, form: Form, speaker: Speaker) -> str:
    if form.items is None or count <= form.items:
        return ""
    return speaker.say("findings.more", count=count - form.items, where=whereabouts(table, form, speaker))


def _unchecked(parts: list[dict[str, Any]], speaker: Speaker) -> list[str]:
    """What could not be checked: those of one title that lack the same are one."""
    alike: dict[tuple[str, str], list[str]] = {}
    for part in parts:
        because = _METRIC.sub(r"\1", part["because"])
        of = [speaker.tenant(part["subject"])] if part["subject"] else []
        alike.setdefault((part["title"], because), []).extend(of)
    lines = []
    for (title, because), of in alike.items():
        shown = speaker.say("value.titled", title=title, of=", ".join(of)) if of else title
        lines.append(speaker.say("findings.lacks", title=shown, because=because))
    return lines


def _text(section: dict[str, Any], _: Sight) -> dict[str, Any]:
    return {"text": section["data"]["text"]}


def _why_moved(section: dict[str, Any], sight: Sight) -> dict[str, Any]:
    data = section["data"]
    unsplit = [
        sight.speaker.say(
            f"moves.{part['against']}",
            title=sight.speaker.titled(part["title"], part["tenant"]),
            because=part["because"],
        )
        for part in data["unsplit"]
    ]
    lines = [item["sentence"] for item in data["items"]]
    return {
        "lines": lines,
        "nothing": "" if lines or unsplit else sight.speaker.say("moves.nothing"),
        "unsplit": sight.speaker.say("moves.unsplit", titles="; ".join(unsplit)) if unsplit else "",
    }


_VIEWS: dict[str, Callable[[dict[str, Any], Sight], dict[str, Any]]] = {
    "table": _table,
    "chart": _chart,
    "kpi_group": _kpi_group,
    "missing_kpis": _missing_kpis,
    "action_plan": _action_plan,
    "findings_of": _findings_of,
    "text": _text,
    "why_moved": _why_moved,
}
