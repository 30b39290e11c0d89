"""Figures, tables, trends and findings of a report's scope: what ``conclude`` does the first time."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.days import add_months
from quarterdeck.findings.evaluation import evaluate, unanswered
from quarterdeck.findings.rules import read_rules
from quarterdeck.metrics.figures import measure as measure_scope
from quarterdeck.metrics.figures import measure_reporting
from quarterdeck.metrics.scope import open_scope
from quarterdeck.metrics.tables import tabulate
from quarterdeck.reports.format import format_figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quarterdeck.findings.definition import Rule
    from quarterdeck.lake.definition import Manifest, TenantSnapshots
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Figure, Metric, Table
    from quarterdeck.metrics.scope import Scope
    from quarterdeck.settings.definition import Report
    from quarterdeck.steps.resources import Day

_TREND_MONTHS = 12


def conclude_scope(
    day: Day, report: Report, snapshots: Mapping[str, TenantSnapshots], tenant_figures: Sequence[Figure]
) -> dict[str, Any]:
    """All that a payload needs beside the verdict; ``snapshots`` are those of the tenants spoken of."""
    catalogue = day.resources.catalogue()
    tenants = [day.config.portfolio.tenant(tenant) for tenant in snapshots]
    with open_scope(
        snapshots,
        path_of=day.lake.local_path,
        config=day.config,
        tenants=list(snapshots),
        as_of=day.as_of,
        catalogue=catalogue,
    ) as scope:
        figures = [*tenant_figures, *measure_scope(scope, catalogue, grain="scope")]
        figures += measure_reporting(scope, catalogue, figures)
        tables = {t: asdict(tabulate(scope, catalogue.tables[t])) for t in _tables_of(report, catalogue)}
        trends = _trends(day, report, scope, catalogue)
    rules = [rule for rule in read_rules(day.resources.places.include) if rule.id in report.rules]
    portfolio = day.config.portfolio
    findings = evaluate(
        rules,
        figures,
        tenants,
        portfolio=portfolio,
        format_figure=lambda figure: format_figure(figure, portfolio.locale),
    )
    # Over the whole scope: a finding of yesterday about a tenant that is left out today is not resolved.
    unknown = unanswered(rules, figures, day.config.scope(report), portfolio=portfolio)
    return {
        "figures": [figure.as_json() for figure in figures],
        "tables": tables,
        "trends": trends,
        "findings": [finding.as_json() for finding in findings],
        "unanswered": unknown,
        "manifests": [m.as_json() for s in snapshots.values() for m in _told_of(s, report, catalogue, rules)],
    }


def _told_of(
    snapshots: TenantSnapshots, report: Report, catalogue: Catalogue, rules: Sequence[Rule]
) -> list[Manifest]:
    """The sources that the report names: all of the tenant's, and of its surveys those that it speaks of."""
    metrics = {kpi.metric for kpi in report.kpis} | {name for rule in rules for name in rule.evidence}
    items: list[Metric | Table] = [catalogue.metrics[name] for name in metrics if name in catalogue.metrics]
    items += [catalogue.tables[name] for name in _tables_of(report, catalogue)]
    spoken_of = {name for item in items for name in item.inputs}
    return [m for m in snapshots.all_manifests if m.survey is None or m.dataset in spoken_of]


def _tables_of(report: Report, catalogue: Catalogue) -> list[str]:
    asked = {str(section.options["table"]) for section in report.sections if "table" in section.options}
    return sorted(table for table in asked if table in catalogue.tables)


def _trends(day: Day, report: Report, scope: Scope, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Headline figures of the scope at the last month ends, from the same snapshots."""
    headlines = [kpi.metric for kpi in report.kpis if kpi.headline and kpi.of == "scope"]
    metrics = [m for m in headlines if m in catalogue.metrics and "figure" not in catalogue.metrics[m].inputs]
    if not metrics:
        return []
    first_of_next = add_months(day.as_of + timedelta(days=1), 0)
    points: dict[str, list[dict[str, Any]]] = {metric: [] for metric in metrics}
    for back in range(_TREND_MONTHS, -1, -1):
        month_end = add_months(first_of_next, -back) - timedelta(days=1)
        for figure in measure_scope(scope.at(month_end), catalogue, grain="scope", only=metrics):
            if figure.currency not in {None, day.config.portfolio.currency}:
                continue  # one line is one currency: the portfolio's own
            value = None if isinstance(figure.value, str) else figure.value
            points[figure.metric].append({"period": month_end.strftime("%Y-%m"), "value": value})
    return [{"metric": metric, "tenant": None, "points": points[metric]} for metric in metrics]
