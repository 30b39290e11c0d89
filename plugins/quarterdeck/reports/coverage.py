"""How many of the metrics that apply to a scope have something to say, and what the others lack."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from quarterdeck.reports.format import counted, missing_words

if TYPE_CHECKING:
    from quarterdeck.metrics.definition import Figure, Metric
    from quarterdeck.reports.inputs import PayloadInputs


def coverage_of(inputs: PayloadInputs) -> dict[str, Any]:
    """Coverage over the metric registry: a metric is missing where every figure of it is a *gap*.

    Metrics about metrics are left out, as in ``kpis_missing`` and ``kpi_coverage``.

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
        if any(metric.applies_to(kind) for kind in kinds) and not metric.query.is_second_pass
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
    head = f"{covered} of {counted(len(applying), 'KPI', inputs.locale)}"
    if not missing:
        return f"{head}; none is missing."
    parts = [
        f"{entry['title']}, because of {missing_words(entry['reason'], entry['because'])} "
        f"({_for_how_long(entry['days'], inputs.locale)}, owner {entry['owner']})"
        for entry in missing
    ]
    return f"{head}; missing: {'; '.join(parts)}."


def _for_how_long(days: int, locale: str) -> str:
    return "since today" if days == 0 else f"for {counted(days, 'day', locale)}"
