"""Findings in words: one heading for a rule, with a line for each business that it holds for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from quarterdeck.reports.tables import in_words

if TYPE_CHECKING:
    from quarterdeck.reports.grid import Speaker


def findings_view(
    items: list[dict[str, Any]], payload: dict[str, Any], speaker: Speaker
) -> list[dict[str, Any]]:
    """``{"title", "severity", "tag", "lines", "impact", "evidence"}`` each, in the order of the worst.

    Findings of one rule that are as severe and in the same state are one: its ``lines`` say what is so of
    each business, ``impact`` what that means where it means the same for all.
    """
    alike: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for item in items:
        alike.setdefault((item["rule"], item["title"], _tag(item, speaker)), []).append(item)
    titles = {kpi["id"]: kpi["title"] for kpi in payload["kpis"]}
    return [_finding(title, tag, found, titles, speaker) for (_, title, tag), found in alike.items()]


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
