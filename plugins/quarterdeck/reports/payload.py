"""The payload: everything that a report says, as one JSON document made from the day's results alone.

Made twice from the same inputs it is the same bytes: ids and orders are derived, no clock is read.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.lake.documents import content_hash, to_bytes
from quarterdeck.reports.bridges import bridges_of
from quarterdeck.reports.coverage import coverage_of
from quarterdeck.reports.envelope import changes_since
from quarterdeck.reports.format import format_day
from quarterdeck.reports.inputs import PayloadInputs
from quarterdeck.reports.kpis import kpi_lines
from quarterdeck.reports.quiet import MATERIAL
from quarterdeck.reports.sections import Drafting, build_sections
from quarterdeck.reports.standing import data_quality, lineage
from quarterdeck.reports.wording import Wording

if TYPE_CHECKING:
    from quarterdeck.settings.definition import Tenant

__all__ = ["SCHEMA_VERSION", "PayloadInputs", "build_payload"]

SCHEMA_VERSION = 1
_LONGEST_SUMMARY = 3


def build_payload(inputs: PayloadInputs) -> dict[str, Any]:
    """The payload of one report (its shape: ``payload.schema.json`` beside this file).

    Raises QuarterdeckError for a mistake in the report's YAML: a section's options, a summary sentence.
    """
    portfolio, report = inputs.config.portfolio, inputs.report
    kpis = kpi_lines(inputs)
    coverage = coverage_of(inputs)
    bridges = bridges_of(inputs, kpis)
    words = Wording(inputs, kpis, coverage, bridges)
    sections, charts = build_sections(Drafting(inputs, kpis, coverage, words, bridges))
    payload: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "portfolio": {"id": portfolio.id, "title": portfolio.title, "timezone": portfolio.timezone},
        "role": report.role,
        "report": report.id,
        "title": report.title,
        "subject": _subject(inputs),
        "as_of": inputs.as_of.isoformat(),
        "locale": inputs.locale,
        "edition": _edition(inputs),
        "materiality": _materiality(inputs),
        "scope": _scope(inputs),
        "data_quality": data_quality(inputs),
        "coverage": coverage,
        "summary": _summary(inputs, words, coverage),
        "kpis": kpis,
        "bridges": bridges,
        "restatements": list(inputs.restatements),
        "findings": inputs.findings,
        "recommendations": inputs.recommendations,
        "closed_recommendations": inputs.closed_recommendations,
        "sections": sections,
        "charts": charts,
        "lineage": lineage(inputs.manifests),
    }
    if inputs.returned_mail:
        payload["returned_mail"] = list(inputs.returned_mail)
    payload["edition"]["changes"] = _changes(inputs, payload)
    return payload


def _subject(inputs: PayloadInputs) -> str:
    """Portfolio, report, day and, where there is something to know first, the verdict in a word."""
    words, day = inputs.words, format_day(inputs.as_of, inputs.locale)
    portfolio, title = inputs.config.portfolio.title, inputs.report.title
    subject = words.say("head.subject", portfolio=portfolio, title=title, day=day)
    if inputs.verdict.decision != "send":
        subject = words.say("head.reservations", subject=subject)
    return " ".join(subject.split())


def _edition(inputs: PayloadInputs) -> dict[str, Any]:
    previous = inputs.previous
    return {
        "previous": None
        if previous is None
        else {"as_of": previous["as_of"], "payload_hash": content_hash(to_bytes(previous))},
        "definition": content_hash(to_bytes(inputs.report.model_dump(mode="json", by_alias=True))),
    }


def _materiality(inputs: PayloadInputs) -> Decimal:
    told = inputs.setting("material_change", None)
    return told if isinstance(told, Decimal) else MATERIAL


def _changes(inputs: PayloadInputs, payload: dict[str, Any]) -> list[dict[str, Any]]:
    return [] if inputs.previous is None else changes_since(payload, inputs.previous)


def _scope(inputs: PayloadInputs) -> dict[str, Any]:
    def plain(tenant: Tenant) -> dict[str, Any]:
        return {"id": tenant.id, "title": tenant.title, "kind": tenant.kind, "currency": tenant.currency}

    titles = {tenant.id: tenant.title for tenant in inputs.config.portfolio.tenants}
    return {
        "tenants": [plain(tenant) for tenant in inputs.tenants],
        "left_out": [
            {"tenant": tenant, "title": titles[tenant], "reason": reason}
            for tenant, reason in sorted(inputs.left_out.items())
        ],
    }


def _summary(inputs: PayloadInputs, words: Wording, coverage: dict[str, Any]) -> list[str]:
    said = [words.say(text, f"summary {n}") for n, text in enumerate(inputs.report.summary, start=1)]
    sentences = [sentence for sentence in said if sentence][:_LONGEST_SUMMARY]
    return sentences or [inputs.words.say("head.nothing_of_note", coverage=coverage["text"])]
