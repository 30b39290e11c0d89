"""The KPI lines of a payload: every KPI that the report names, with its figure or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.reports.change import change_of, line_before, sense_of
from quarterdeck.reports.progress import over_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.metrics.definition import Figure, Metric
    from quarterdeck.reports.inputs import PayloadInputs
    from quarterdeck.settings.definition import Kpi

_CODE = 8


def kpi_lines(inputs: PayloadInputs) -> list[dict[str, Any]]:
    """The lines in the report's order; one line each per tenant and currency where a KPI has several."""
    lines = []
    seen: set[tuple[str, str | None, str | None]] = set()
    for kpi in inputs.report.kpis:
        for tenant, refusal in _subjects(kpi, inputs):
            figures = figures_of(inputs, kpi.metric, tenant) if refusal is None else ()
            for figure in figures or (None,):
                line = _line(inputs, kpi, tenant, figure, refusal)
                key = (line["id"], line["tenant"], line["currency"])
                if key not in seen:
                    seen.add(key)
                    lines.append(line)
    return lines


def figures_of(inputs: PayloadInputs, metric: str, tenant: str | None) -> tuple[Figure, ...]:
    """The metric's figures for one tenant or (None) the scope: one per currency, in the order of codes."""
    found = (f for f in inputs.figures if f.metric == metric and f.tenant == tenant)
    return tuple(sorted(found, key=lambda figure: figure.currency or ""))


def _subjects(kpi: Kpi, inputs: PayloadInputs) -> Iterator[tuple[str | None, str | None]]:
    """Tenants (None: the scope) that the KPI is shown for, with a reason where there can be no figure."""
    if kpi.of == "scope":
        yield None, None
        return
    if kpi.of == "lead_tenant":
        yield _lead(inputs)
        return
    metric = inputs.metrics.get(kpi.metric)
    tenants = [t for t in inputs.tenants if metric is None or metric.applies_to(t.kind)]
    for tenant in tenants:
        yield tenant.id, None
    if not tenants:
        yield None, None


def _lead(inputs: PayloadInputs) -> tuple[str | None, str | None]:
    lead = inputs.config.portfolio.lead_tenant
    if lead is None:
        return None, inputs.words.say("missing.no_lead")
    if lead in inputs.said:
        return lead, None
    reason = inputs.left_out.get(lead) or inputs.words.say("missing.out_of_scope")
    refusal = inputs.words.say("missing.lead_left_out", reason=reason)
    return (lead if lead in inputs.left_out else None), refusal


def _line(
    inputs: PayloadInputs, kpi: Kpi, tenant: str | None, figure: Figure | None, refusal: str | None
) -> dict[str, Any]:
    metric = inputs.metrics.get(kpi.metric)
    better = metric.better if metric else "neither"
    unit = figure.unit if figure else metric.unit if metric else "score"
    currency = figure.currency if figure else None
    outcome = _outcome(inputs, figure, metric, refusal)
    value = outcome.get("value")
    before = _before(inputs, kpi.metric, tenant, currency)
    previous = before.get("value") if before else None
    change = change_of(previous, value, unit)
    line = {
        "id": kpi.metric,
        "title": metric.title if metric else kpi.metric.replace("_", " ").capitalize(),
        "tenant": tenant,
        **outcome,
        "note": figure.note if figure else None,
        "unit": unit,
        "unit_label": _noun(inputs, tenant) if unit == "units" else None,
        # A gap has none of its own: then the currency of what it was before.
        "currency": currency or (before["currency"] if before else None),
        "period": {"start": figure.period_start, "end": figure.period_end} if figure else None,
        "previous": previous,
        "change": change,
        "better": better,
        "sense": sense_of(change["direction"], better) if change else "neither",
        "headline": kpi.headline,
        "lineage": _lineage(inputs, figure, metric),
    }
    return line | over_time(inputs, line)


def _outcome(
    inputs: PayloadInputs, figure: Figure | None, metric: Metric | None, refusal: str | None
) -> dict[str, Any]:
    if figure is not None and figure.missing is None:
        return {"value": figure.value}
    if figure is not None:
        because = figure.because or (metric.needs if metric else None)
        return {"missing": figure.missing, "because": because}
    return {"missing": "no_data", "because": refusal or _why_no_figure(inputs, metric)}


def _why_no_figure(inputs: PayloadInputs, metric: Metric | None) -> str:
    words = inputs.words
    if metric is None:
        return words.say("missing.no_metric")
    if not any(metric.applies_to(tenant.kind) for tenant in inputs.tenants):
        return words.say("missing.no_kind", kinds=words.say("missing.kinds_or").join(metric.kinds))
    return words.say("missing.not_computed")


def _noun(inputs: PayloadInputs, tenant: str | None) -> str:
    return "unit" if tenant is None else inputs.config.portfolio.tenant(tenant).unit


def _before(
    inputs: PayloadInputs, metric: str, tenant: str | None, currency: str | None
) -> dict[str, Any] | None:
    if inputs.previous is None:
        return None
    return line_before(inputs.previous["kpis"], metric, tenant, currency)


def _lineage(inputs: PayloadInputs, figure: Figure | None, metric: Metric | None) -> dict[str, Any]:
    """The passport of the figure: its definition, what measured it, with which settings, from which rows."""
    query_hash = figure.query_hash if figure else metric.query.hash if metric else None
    return {
        "query_hash": query_hash,
        "code": query_hash[:_CODE] if query_hash else None,
        "formula": metric.formula if metric else None,
        "reference": metric.reference if metric else None,
        "owner": inputs.owner(metric.owner) if metric else None,
        "engine": figure.engine if figure else None,
        "as_of": inputs.as_of.isoformat(),
        "settings": [dict(setting) for setting in figure.settings] if figure else [],
        "inputs": [
            {**part, "quality": inputs.standings.get((part["tenant"], part["dataset"]))}
            for part in (figure.inputs if figure else ())
        ],
    }
