"""Figures, tables, histories and findings of a report's scope: what ``conclude`` does the first time."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from quarterdeck.findings.evaluation import evaluate, unanswered
from quarterdeck.findings.rows import with_rows
from quarterdeck.findings.rules import read_rules
from quarterdeck.metrics.scope import open_scope
from quarterdeck.metrics.tables import tabulate
from quarterdeck.steps.bridging import movements_of
from quarterdeck.steps.checking_scope import scope_verdict
from quarterdeck.steps.figuring import figure_together
from quarterdeck.steps.mail_record import mail_before
from quarterdeck.steps.trending import histories_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quarterdeck.findings.definition import Rule
    from quarterdeck.findings.rows import Rows
    from quarterdeck.lake.definition import Manifest, TenantSnapshots
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Figure, Metric, Table
    from quarterdeck.metrics.scope import Scope
    from quarterdeck.settings.definition import Report
    from quarterdeck.steps.resources import Day


def conclude_scope(
    day: Day,
    report: Report,
    snapshots: Mapping[str, TenantSnapshots],
    tenant_figures: Sequence[Figure],
    since: str | None,
) -> dict[str, Any]:
    """All that a payload needs; ``snapshots`` are those of the tenants spoken of, ``verdict`` is over the
    scope's own figures.

    ``since``: the as-of day of the edition before, None for the first one.
    """
    catalogue = day.resources.catalogue()
    rules = [rule for rule in read_rules(day.resources.places.include) if rule.id in report.rules]
    tenants = [day.config.portfolio.tenant(tenant) for tenant in snapshots]
    with open_scope(
        snapshots,
        path_of=day.lake.local_path,
        config=day.config,
        tenants=list(snapshots),
        as_of=day.as_of,
        catalogue=catalogue,
        mail=mail_before(day),
    ) as scope:
        figures = [*tenant_figures, *figure_together(day, scope, snapshots, tenant_figures)]
        tables = {t: asdict(tabulate(scope, catalogue.tables[t])) for t in _tables_of(report, catalogue)}
        behind = _tables_behind(rules, scope, catalogue)
        histories = histories_of(day, report, scope, catalogue, figures)
        before = None if since is None else date.fromisoformat(since)
        movements = movements_of(day, report, scope, catalogue, before)
    portfolio = day.config.portfolio
    findings = evaluate(
        rules,
        figures,
        tenants,
        portfolio=portfolio,
        format_figure=day.words().figure,
    )
    # Over the whole scope: a finding of yesterday about a tenant that is left out today is not resolved.
    unknown = unanswered(
        rules,
        figures,
        day.config.scope(report),
        portfolio=portfolio,
        applies=lambda metric, kind: catalogue.metrics[metric].applies_to(kind),
    )
    return {
        "figures": [figure.as_json() for figure in figures],
        "verdict": scope_verdict(day, figures).as_json(),
        "tables": tables,
        "histories": histories,
        "movements": movements,
        "findings": list(with_rows(findings, rules, behind.get)),
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


def _tables_behind(rules: Sequence[Rule], scope: Scope, catalogue: Catalogue) -> dict[str, Rows | None]:
    """The tables whose rows the rules' findings rest on: names of columns, and rows; None where missing."""
    names = {rule.rows.table for rule in rules if rule.rows is not None}
    results = {name: tabulate(scope, catalogue.tables[name]) for name in sorted(names)}
    return {name: None if r.missing is not None else (r.columns, r.rows) for name, r in results.items()}


def _tables_of(report: Report, catalogue: Catalogue) -> list[str]:
    asked = {str(section.options["table"]) for section in report.sections if "table" in section.options}
    return sorted(table for table in asked if table in catalogue.tables)
