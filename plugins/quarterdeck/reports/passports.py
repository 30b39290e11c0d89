"""Passports of figures: what a KPI line's lineage holds, in words, one step away from the figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.reports.appendix import instant_text
from quarterdeck.reports.format import NOTHING
from quarterdeck.reports.grid import cell, column, grid_of, passport_id, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.reports.grid import Speaker


def passports_of(payload: dict[str, Any], speaker: Speaker) -> list[dict[str, Any]]:
    """The passport of every KPI line of the payload, in its order.

    Each has ``id title value facts inputs settings trend``: ``facts`` are pairs of a term and its text, the
    last three grids (None where there is nothing to list).
    """
    return [_passport(line, speaker) for line in payload["kpis"]]


def _passport(line: dict[str, Any], speaker: Speaker) -> dict[str, Any]:
    lineage = line["lineage"]
    return {
        "id": passport_id(line),
        "title": speaker.titled(line["title"], line["tenant"]),
        "value": _said(line, line, speaker),
        "facts": [(speaker.say(f"passport.{term}"), text) for term, text in _facts(line, speaker) if text],
        "inputs": _inputs(lineage["inputs"], speaker),
        "settings": _settings(lineage["settings"], speaker),
        "trend": _trend(line, speaker),
    }


def _said(outcome: dict[str, Any], line: dict[str, Any], speaker: Speaker) -> str:
    """A value of the line, or why there is none."""
    if "value" in outcome:
        return speaker.value(outcome["value"], line)
    return speaker.words.missing(outcome["missing"], outcome["because"])


def _facts(line: dict[str, Any], speaker: Speaker) -> Iterator[tuple[str, str]]:
    lineage, period = line["lineage"], line["period"] or {"start": None, "end": None}
    yield "formula", lineage["formula"] or ""
    yield "note", line["note"] or ""
    yield "period", speaker.words.period(period["start"], period["end"])
    yield "as_of", speaker.day(lineage["as_of"])
    yield "before", _before(line, speaker)
    yield "target", "" if line["target"] is None else speaker.value(line["target"], line)
    yield "checks", _checks(lineage["inputs"], speaker)
    yield "definition", _definition(lineage, speaker)
    yield "engine", lineage["engine"] or ""
    yield "reference", lineage["reference"] or ""
    yield "owner", lineage["owner"] or ""


def _before(line: dict[str, Any], speaker: Speaker) -> str:
    if line["previous"] is None:
        return ""
    value, change = speaker.value(line["previous"], line), speaker.change(line)
    return speaker.say("passport.moved", value=value, change=change) if change else value


def _definition(lineage: dict[str, Any], speaker: Speaker) -> str:
    """The version of the definition: the hash of its query, of which the mail shows the code."""
    if lineage["query_hash"] is None:
        return ""
    return speaker.say("passport.version", code=lineage["code"], hash=lineage["query_hash"])


def _checks(inputs: list[dict[str, Any]], speaker: Speaker) -> str:
    standings = [part["quality"] for part in inputs if part["quality"] is not None]
    if not standings:
        return ""
    passed, failed = (sum(standing[key] for standing in standings) for key in ("passed", "failed"))
    return speaker.say("passport.passed", passed=passed, count=speaker.counted(passed + failed, "check"))


def _inputs(inputs: list[dict[str, Any]], speaker: Speaker) -> dict[str, Any] | None:
    if not inputs:
        return None
    columns = [
        column(speaker.say("data.source")),
        column(speaker.say("data.business")),
        column(speaker.say("passport.rows"), right=True),
        column(speaker.say("data.newest")),
        column(speaker.say("data.read_at")),
        column(speaker.say("passport.input_checks"), right=True),
        column(speaker.say("data.hash"), sortable=False),
    ]
    return grid_of(speaker.say("passport.inputs"), columns, [_input(part, speaker) for part in inputs])


def _input(part: dict[str, Any], speaker: Speaker) -> list[dict[str, Any]]:
    revision = "passport.input_rebuilt" if part["rebuilt"] else "passport.input_revision"
    return [
        cell(part["dataset"]),
        cell(speaker.tenant(part["tenant"])),
        cell(speaker.cell(part["rows"], "count", None), key=part["rows"]),
        cell(instant_text(part["newest"]), key=part["newest"]),
        cell(
            instant_text(part["read_at"]),
            speaker.say(revision, revision=part["revision"]),
            key=part["read_at"],
        ),
        _standing(part["quality"], speaker),
        cell(part["content_hash"] or NOTHING),
    ]


def _standing(quality: dict[str, Any] | None, speaker: Speaker) -> dict[str, Any]:
    """How many checks of the input passed; sorted by how many did not."""
    if quality is None:
        return cell(NOTHING)
    passed, of = quality["passed"], quality["passed"] + quality["failed"]
    return cell(speaker.say("passport.passed_of", passed=passed, of=of), key=-quality["failed"])


def _settings(settings: list[dict[str, Any]], speaker: Speaker) -> dict[str, Any] | None:
    if not settings:
        return None
    rows = [
        [
            cell(setting["name"]),
            cell(NOTHING if setting["value"] is None else str(setting["value"])),
            cell(speaker.tenant(setting["tenant"]) or speaker.say("passport.everywhere")),
        ]
        for setting in settings
    ]
    columns = [
        column(speaker.say("passport.setting")),
        column(speaker.say("passport.value"), sortable=False),
        column(speaker.say("data.business")),
    ]
    return grid_of(speaker.say("passport.settings"), columns, rows)


def _trend(line: dict[str, Any], speaker: Speaker) -> dict[str, Any] | None:
    """Every point of the trend, of which the key figures show a drawing."""
    if not line["trend"]:
        return None
    columns = [
        column(speaker.say("passport.trend_period")),
        column(speaker.say("passport.value"), right=True),
    ]
    rows = [
        [
            cell(point["period"], key=point["period"]),
            cell(_said(point, line, speaker), key=sort_key(point.get("value"), None)),
        ]
        for point in line["trend"]
    ]
    return grid_of(speaker.say("passport.trend"), columns, rows)
