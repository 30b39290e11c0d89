"""Findings in words: one heading for a rule, with a line for each business that it holds for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from quarterdeck.reports.grid import passport_id
from quarterdeck.reports.tables import in_words

if TYPE_CHECKING:
    from quarterdeck.reports.grid import Speaker


def findings_view(
    items: list[dict[str, Any]], payload: dict[str, Any], speaker: Speaker
) -> list[dict[str, Any]]:
    """``{"title", "severity", "tag", "lines", "impact", "evidence", "figures", "rows"}``, the worst first.

    Findings of one rule that are as severe and in the same state are one: its ``lines`` say what is so of
    each business, ``impact`` what that means where it means the same for all. ``figures`` are those of the
    evidence with the id of their passport (None where the report has none), ``rows`` the keys behind it.
    """
    alike: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for item in items:
        alike.setdefault((item["rule"], item["title"], _tag(item, speaker)), []).append(item)
    titles = {kpi["id"]: kpi["title"] for kpi in payload["kpis"]}
    known = {passport_id(kpi) for kpi in payload["kpis"]}
    views = []
    for (_, title, tag), found in alike.items():
        figures = [figure for item in found for figure in _figures(item, titles, known, speaker)]
        view = _finding(title, tag, found, titles, speaker)
        views.append({**view, "figures": figures, "rows": _rows_behind(found, speaker)})
    return views


def _finding(
    title: str, tag: str, found: list[dict[str, Any]], titles: dict[str, str], speaker: Speaker
) -> dict[str, Any]:
    tenants = [speaker.tenant(item["tenant"]) for item in found if item["tenant"] is not None]
    impacts = {item["impact"] for item in found}
    shared = next(iter(impacts)) if len(impacts) == 1 else ""
    lines = [item["description"] if shared else f"{item['description']} {item['impact']}" for item in found]
    return {
        "title": speaker.say("value.titled", title=title, of=", ".join(tenants)) if tenants else title,
        "severity": found[0]["severity"],
        "tag": tag,
        "lines": lines,
        "impact": shared,
        "evidence": _evidence_of_all(found, titles, speaker),
    }


def _figures(
    item: dict[str, Any], titles: dict[str, str], known: set[str], speaker: Speaker
) -> list[dict[str, Any]]:
    """The figures behind a finding; those of a business are named with it."""
    figures = []
    for figure in item["evidence"]:
        id_ = passport_id({**figure, "id": figure["metric"]})
        title = titles.get(figure["metric"]) or in_words(figure["metric"])
        shown = {"title": speaker.titled(title, figure["tenant"]), "text": figure["text"]}
        figures.append({**shown, "passport": id_ if id_ in known else None})
    return figures


def _rows_behind(found: list[dict[str, Any]], speaker: Speaker) -> dict[str, Any] | None:
    """``{"title", "keys"}``: which rows the findings speak of, and how many more than are kept."""
    told = [item["rows"] for item in found if item["rows"] is not None and item["rows"]["keys"]]
    if not told:
        return None
    count, keys = sum(rows["count"] for rows in told), [key for rows in told for key in rows["keys"]]
    if count > len(keys):
        more = speaker.counted(count - len(keys), "row")
        keys.append(speaker.say("changes.more", count=more))
    return {"title": speaker.say("findings.rows", count=speaker.counted(count, "row")), "keys": keys}


def _tag(item: dict[str, Any], speaker: Speaker) -> str:
    status = speaker.say(f"findings.{item['status']}", day=speaker.day(item["since"]))
    if item["unchecked"]:
        status = speaker.say("findings.not_checked", status=status, because=item["unchecked"])
    severity = speaker.say(f"findings.severity_{item['severity']}")
    return speaker.say("findings.tag", severity=severity, status=status)


def _evidence_of_all(found: list[dict[str, Any]], titles: dict[str, str], speaker: Speaker) -> str:
    """The same of all once, else of each business."""
    said = [(item["tenant"], _evidence(item, titles)) for item in found]
    different = {evidence for _, evidence in said}
    if len(different) == 1:
        return different.pop()
    return "; ".join(speaker.titled(evidence, tenant) for tenant, evidence in said if evidence)


def _evidence(item: dict[str, Any], titles: dict[str, str]) -> str:
    """The figures behind a finding that its text doesn't say already."""
    said = f"{item['description']} {item['impact']}"
    return "; ".join(
        f"{titles.get(figure['metric']) or in_words(figure['metric'])}: {figure['text']}"
        for figure in item["evidence"]
        if not re.search(rf"(?<![\w.,$-]){re.escape(figure['text'])}(?![\w%]|[.,]\d)", said)
    )
