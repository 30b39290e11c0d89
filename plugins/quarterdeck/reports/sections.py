"""Sections of a payload: each kind turns its options into data that is complete in itself.

A kind here has a template pair ``include/templates/sections/<kind>.{html,txt}.j2``. A section whose data
is missing stays, and says what is missing and what would fill it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.errors import QuarterdeckError
from quarterdeck.reports.charts_data import CHART_OPTIONS, ChartGapError, chart_mistakes, chart_of
from quarterdeck.reports.tables import table_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from quarterdeck.reports.inputs import PayloadInputs
    from quarterdeck.reports.wording import Wording
    from quarterdeck.settings.definition import Report, Section

OPTIONS: dict[str, tuple[str, ...]] = {
    "table": ("table", "columns", "titles", "note", "whole", "only", "having", "first"),
    "chart": CHART_OPTIONS,
    "kpi_group": ("metrics",),
    "missing_kpis": (),
    "action_plan": ("days",),
    "findings_of": ("rules", "categories"),
    "text": ("text",),
    "why_moved": ("metrics",),
}
"""The kinds of section, and the options that each may have."""

_REQUIRED = {
    "table": ("table",),
    "kpi_group": ("metrics",),
    "text": ("text",),
    "why_moved": ("metrics",),
}


@dataclass(frozen=True)
class Drafting:
    """What sections are made from: the day's results and what the payload already says."""

    inputs: PayloadInputs
    kpis: list[dict[str, Any]]
    coverage: dict[str, Any]
    words: Wording
    bridges: list[dict[str, Any]] = field(default_factory=list)


def section_mistakes(report: Report) -> list[str]:
    """What is wrong with the sections of a report's YAML; empty where nothing is."""
    found = []
    metrics = {kpi.metric for kpi in report.kpis}
    for section in report.sections:
        where = f"section {section.id}"
        if section.kind not in OPTIONS:
            found.append(f"{where}: expected a kind of {', '.join(OPTIONS)}; found {section.kind!r}")
            continue
        allowed = OPTIONS[section.kind]
        found += [
            f"{where}: kind {section.kind} has no option {name!r}; it has: {', '.join(allowed) or 'none'}"
            for name in section.options
            if name not in allowed
        ]
        found += [
            f"{where}: kind {section.kind} needs the option {name!r}"
            for name in _REQUIRED.get(section.kind, ())
            if name not in section.options
        ]
        found += [
            f"{where}: expected metrics that are among the report's kpis, found {metric!r}"
            for metric in section.options.get("metrics", ())
            if metric not in metrics
        ]
    return found + chart_mistakes(report)


def build_sections(drafting: Drafting) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The sections in the report's order and the charts that they show.

    Findings and recommendations that no section of the YAML shows get a section of their own at the end.
    Raises QuarterdeckError with every mistake in the sections of the YAML.
    """
    report = drafting.inputs.report
    if mistakes := section_mistakes(report):
        raise QuarterdeckError(f"include/reports/{report.id}.yaml: " + "; ".join(mistakes))
    sections, charts = [], []
    for section in report.sections:
        data = _BUILDERS[section.kind](section, drafting)
        if chart := data.pop("chart_spec", None):
            charts.append(chart)
        sections.append(_section(section.id, section.kind, section.title, section.intro, data))
    return sections + _leftovers(drafting, sections), charts


def _section(id_: str, kind: str, title: str, intro: str, data: dict[str, Any]) -> dict[str, Any]:
    missing = data.pop("missing", None)
    return {"id": id_, "kind": kind, "title": title, "intro": intro, "missing": missing, "data": data}


def _leftovers(drafting: Drafting, sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def shown(kind: str) -> set[str]:
        return {item["id"] for s in sections if s["kind"] == kind for item in s["data"]["items"]}

    findings = [f for f in drafting.inputs.findings if f["id"] not in shown("findings_of")]
    actions = [r for r in _by_due(drafting) if r["id"] not in shown("action_plan")]
    added = []
    if findings:
        data: dict[str, Any] = {"items": findings, "not_found": [], "unchecked": []}
        title = drafting.inputs.words.say("findings.other")
        added.append(_section("other_findings", "findings_of", title, "", data))
    if actions:
        title = drafting.inputs.words.say("plan.later" if shown("action_plan") else "plan.title")
        data = {"items": actions, "until": None}
        added.append(_section("recommendations", "action_plan", title, "", data))
    return added


def _by_due(drafting: Drafting) -> list[dict[str, Any]]:
    return sorted(drafting.inputs.recommendations, key=lambda action: (action["due"], action["id"]))


def _table(section: Section, drafting: Drafting) -> dict[str, Any]:
    options = section.options
    data = table_data(
        drafting.inputs,
        options["table"],
        options.get("columns"),
        options.get("titles"),
        only=options.get("only"),
        having=options.get("having", ()),
    )
    return {
        **data,
        "note": options.get("note", ""),
        "whole": bool(options.get("whole", False)),
        "first": options.get("first"),
    }


def _chart(section: Section, drafting: Drafting) -> dict[str, Any]:
    try:
        chart = chart_of(section, drafting.inputs, drafting.kpis, drafting.bridges)
    except ChartGapError as gap:
        return {"chart": None, "missing": {"reason": gap.reason, "because": gap.because}}
    return {"chart": chart["id"], "chart_spec": chart}


def _kpi_group(section: Section, drafting: Drafting) -> dict[str, Any]:
    wanted = list(section.options["metrics"])
    taken = [kpi for metric in wanted for kpi in drafting.kpis if kpi["id"] == metric]
    return {"items": [{k: v for k, v in kpi.items() if k not in {"lineage", "trend"}} for kpi in taken]}


def _missing_kpis(section: Section, drafting: Drafting) -> dict[str, Any]:
    del section
    return {"items": drafting.coverage["missing"]}


def _action_plan(section: Section, drafting: Drafting) -> dict[str, Any]:
    days = section.options.get("days")
    actions = _by_due(drafting)
    if days is None:
        return {"items": actions, "until": None}
    until = (drafting.inputs.as_of + timedelta(days=int(days))).isoformat()
    return {"items": [action for action in actions if action["due"] <= until], "until": until}


def _findings_of(section: Section, drafting: Drafting) -> dict[str, Any]:
    rules: dict[str, str] | None = section.options.get("rules")
    categories = section.options.get("categories")
    items = [
        finding
        for finding in drafting.inputs.findings
        if (rules is None or finding["rule"] in rules)
        and (categories is None or finding["category"] in categories)
    ]
    hit = {finding["rule"] for finding in items if finding["status"] != "resolved"}
    unchecked = [
        {"title": (rules or {})[rule], "subject": identity.partition(":")[2], "because": because}
        for identity, because in sorted(drafting.inputs.unanswered.items())
        if (rule := identity.partition(":")[0]) in (rules or {})
    ]
    unknown = {identity.partition(":")[0] for identity in drafting.inputs.unanswered}
    not_found = [title for rule, title in (rules or {}).items() if rule not in hit | unknown]
    return {"items": items, "not_found": not_found, "unchecked": unchecked}


def _text(section: Section, drafting: Drafting) -> dict[str, Any]:
    return {"text": drafting.words.say(section.options["text"], f"section {section.id}")}


def _why_moved(section: Section, drafting: Drafting) -> dict[str, Any]:
    """Of each metric the splits, without those in which nothing moved; and why others were not made."""
    taken = [b for metric in section.options["metrics"] for b in drafting.bridges if b["metric"] == metric]
    return {
        "items": [{k: v for k, v in b.items() if k != "cuts"} for b in taken if b["change"] or b["parts"]],
        "unsplit": [
            {key: b[key] for key in ("title", "tenant", "against", "because")}
            for b in taken
            if b["because"] is not None
        ],
    }


_BUILDERS: dict[str, Callable[[Section, Drafting], dict[str, Any]]] = {
    "table": _table,
    "chart": _chart,
    "kpi_group": _kpi_group,
    "missing_kpis": _missing_kpis,
    "action_plan": _action_plan,
    "findings_of": _findings_of,
    "text": _text,
    "why_moved": _why_moved,
}
