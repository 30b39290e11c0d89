"""How many of the metrics that apply to a scope have something to say, and what the others lack."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from quarterdeck.metrics.definition import ABOUT_ALL

if TYPE_CHECKING:
    from quarterdeck.metrics.definition import Figure, Metric
    from quarterdeck.reports.inputs import PayloadInputs
    from quarterdeck.reports.words import Words


def coverage_of(inputs: PayloadInputs) -> dict[str, Any]:
    """Coverage over the metric registry: a metric is missing where every figure of it is a *gap*.

    The metrics about all others are left out, as by themselves: ``kpis_missing`` and ``kpi_coverage``.

    States (nothing to divide by, not reached, ...) are answers and count as covered. ``missing`` lists
    metric, title, needs, because, owner, and since when (from the edition before) it has been missing.
    """
    by_metric: dict[str, list[Figure]] = {}
    for figure in inputs.figures:
        by_metric.setdefault(figure.metric, []).append(figure)
    applying = _applying(inputs)
    missing = [
        _missing(inputs, metric, by_metric.get(metric.id, []))
        for metric in applying
        if all(figure.is_gap for figure in by_metric.get(metric.id, []))
    ]
    covered = len(applying) - len(missing)
    return {
        "covered": covered,
        "of": len(applying),
        "missing": missing,
        "text": _text(inputs, covered, applying, missing),
    }


def _applying(inputs: PayloadInputs) -> list[Metric]:
    kinds = {tenant.kind for tenant in inputs.tenants}
    return [
        metric
        for _, metric in sorted(inputs.metrics.items())
        if any(metric.applies_to(kind) for kind in kinds) and metric.id not in ABOUT_ALL
    ]


def _missing(inputs: PayloadInputs, metric: Metric, figures: list[Figure]) -> dict[str, Any]:
    since = _since(inputs, metric.id)
    reasons = [figure.because for figure in figures if figure.because]
    return {
        "metric": metric.id,
        "title": metric.title,
        "reason": figures[0].missing if figures else "no_data",
        "because": reasons[0] if reasons else metric.needs,
        "needs": metric.needs,
        "owner": inputs.owner(metric.owner),
        "since": since.isoformat(),
        "days": (inputs.as_of - since).days,
    }


def _since(inputs: PayloadInputs, metric: str) -> date:
    for entry in inputs.previous["coverage"]["missing"] if inputs.previous else []:
        if entry["metric"] == metric:
            return date.fromisoformat(entry["since"])
    return inputs.as_of


def _text(inputs: PayloadInputs, covered: int, applying: list[Metric], missing: list[dict[str, Any]]) -> str:
    words = inputs.words
    of = words.counted(len(applying), "kpi")
    if not missing:
        return words.say("coverage.none_missing", covered=covered, of=of)
    parts = [
        words.say(
            "coverage.one",
            title=entry["title"],
            because=words.missing(entry["reason"], entry["because"]),
            how_long=how_long(entry["days"], words),
            owner=entry["owner"],
        )
        for entry in missing
    ]
    return words.say("coverage.text", covered=covered, of=of, missing="; ".join(parts))


def how_long(days: int, words: Words) -> str:
    """For how many days something has been so: ``since today``, ``for 12 days``."""
    if days == 0:
        return words.say("value.since_today")
    return words.say("value.for_days", days=words.counted(days, "day"))
