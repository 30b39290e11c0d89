"""Task ``conclude``: over the portfolio: who may be spoken of, scope figures, tables, trends, findings.

Runs when every tenant is done, whatever became of each; joins by id through the run's record.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.days import add_months
from quarterdeck.errors import LakeError
from quarterdeck.findings.evaluation import evaluate, unanswered
from quarterdeck.findings.rules import read_rules, rule_files
from quarterdeck.lake.documents import content_hash, to_bytes
from quarterdeck.lake.figures import FigureLake
from quarterdeck.metrics.figures import measure as measure_scope
from quarterdeck.metrics.figures import measure_reporting
from quarterdeck.metrics.scope import open_scope
from quarterdeck.metrics.tables import tabulate
from quarterdeck.quality.definition import Check, Verdict, verdict_of
from quarterdeck.reports.format import format_figure
from quarterdeck.steps.measure import figures_of, measure_tenant

if TYPE_CHECKING:
    from quarterdeck.lake.definition import TenantSnapshots
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Figure
    from quarterdeck.metrics.scope import Scope
    from quarterdeck.settings.definition import Report, Tenant
    from quarterdeck.steps.resources import Day, Resources, RunRef

log = logging.getLogger(__name__)

_STALE_DAYS = 3  # portfolio setting stale_snapshot_days
_TREND_MONTHS = 12


@dataclass(frozen=True)
class TenantOutcome:
    """What the day has for one tenant: its figures and verdict, or why there are none."""

    tenant: str
    snapshots: TenantSnapshots | None
    figures: tuple[Figure, ...]
    verdict: Verdict
    snapshot_day: str | None
    failure: str | None


def conclude(run: RunRef, resources: Resources) -> dict[str, Any]:
    """Conclude every planned report's scope and record it; answers counts by report."""
    day = resources.open(run)
    catalogue = resources.catalogue()
    plan = day.plan
    outcomes = {tenant: tenant_outcome(day, tenant, catalogue) for tenant in _needed(day, plan["reports"])}
    conclusions = {
        report: conclude_report(day, day.config.reports[report], outcomes, catalogue)
        for report in plan["reports"]
    }
    day.record.put("conclusion", {"reports": conclusions})
    counts = {
        report: {
            "decision": conclusion["verdict"]["decision"],
            "said": len(conclusion["said"]),
            "left_out": len(conclusion["left_out"]),
            "figures": len(conclusion["figures"]),
            "findings": len(conclusion["findings"]),
        }
        for report, conclusion in conclusions.items()
    }
    for report, count in counts.items():
        log.info("conclude: report=%s %s", report, " ".join(f"{k}={v}" for k, v in count.items()))
    return counts


def _needed(day: Day, reports: list[str]) -> list[str]:
    asked = set(day.plan["tenants"])
    in_scope = {tenant.id for report in reports for tenant in day.config.scope(day.config.reports[report])}
    return [tenant.id for tenant in day.config.portfolio.tenants if tenant.id in in_scope & asked]


def tenant_outcome(day: Day, tenant_id: str, catalogue: Catalogue) -> TenantOutcome:
    """A tenant's figures of the day; where its tasks failed, those of its last good snapshot, if recent."""
    tenant = day.config.portfolio.tenant(tenant_id)
    record = day.record.get(f"tenant/{tenant_id}")
    if record is not None:
        document = FigureLake(day.lake).get(record["figures"])
        snapshots = day.snapshots.of_tenant(day.run.as_of, tenant_id, tenant.datasets)
        if document is None:
            raise LakeError(f"expected the figures of {tenant_id} at {record['figures']}, found none")
        verdict = Verdict.from_json(document["verdict"])
        return TenantOutcome(tenant_id, snapshots, figures_of(document), verdict, day.run.as_of, None)
    return _stale_outcome(day, tenant, catalogue)


def _stale_outcome(day: Day, tenant: Tenant, catalogue: Catalogue) -> TenantOutcome:
    limit = int(day.config.portfolio.settings.get("stale_snapshot_days", _STALE_DAYS))
    last = day.snapshots.last_good_day(tenant.id, tenant.datasets, before=day.run.as_of, days=limit)
    failure = f"its snapshot of {day.run.as_of} could not be taken"
    if last is None:
        return TenantOutcome(
            tenant.id,
            None,
            (),
            Verdict("hold"),
            None,
            f"{failure}, and there is none of the {limit} days before",
        )
    snapshots = day.snapshots.of_tenant(last, tenant.id, tenant.datasets)
    document, _ = measure_tenant(day, tenant, snapshots, catalogue)
    stale = Check(
        subject="snapshot",
        tenant=tenant.id,
        title=f"{failure}: shown as of {last}",
        outcome="fail",
        on_fail="banner",
    )
    verdict = verdict_of((*Verdict.from_json(document["verdict"]).checks, stale))
    return TenantOutcome(tenant.id, snapshots, figures_of(document), verdict, last, None)


def conclude_report(
    day: Day, report: Report, outcomes: dict[str, TenantOutcome], catalogue: Catalogue
) -> dict[str, Any]:
    """Everything that the report's payload needs and that no other report has to know."""
    scope = [tenant.id for tenant in day.config.scope(report) if tenant.id in outcomes]
    left_out = {t: reason for t in scope if (reason := _why_left_out(outcomes[t])) is not None}
    said = [tenant for tenant in scope if tenant not in left_out]
    verdict = report_verdict(report, said, left_out, outcomes)
    conclusion: dict[str, Any] = {
        "said": said,
        "left_out": left_out,
        "snapshot_days": {tenant: outcomes[tenant].snapshot_day for tenant in said},
        "verdict": verdict.as_json(),
        "figures": [],
        "trends": [],
        "tables": {},
        "findings": [],
        "unanswered": {},
        "manifests": [],
    }
    if said and verdict.decision != "hold":
        conclusion |= _computed_once(day, report, [outcomes[tenant] for tenant in said], catalogue)
    return conclusion


def _computed_once(
    day: Day, report: Report, outcomes: list[TenantOutcome], catalogue: Catalogue
) -> dict[str, Any]:
    """What ``_compute`` answers, from the lake where the very same inputs were concluded before."""
    lake = FigureLake(day.lake)
    ingredients = {
        "config": day.run.config,
        "catalogue": catalogue.hash,
        "rules": content_hash(
            b"".join(path.read_bytes() for path in rule_files(day.resources.places.include))
        ),
        "snapshots": {
            f"{outcome.tenant}/{name}": manifest.as_json()
            for outcome in outcomes
            if outcome.snapshots is not None
            for name, manifest in outcome.snapshots.manifests.items()
        },
    }
    key = lake.key(day.run.as_of, f"report-{report.id}", content_hash(to_bytes(ingredients)))
    known = lake.get(key)
    return known if known is not None else lake.put(key, _compute(day, report, outcomes, catalogue))


def _why_left_out(outcome: TenantOutcome) -> str | None:
    if outcome.failure is not None:
        return outcome.failure
    if outcome.verdict.decision == "hold":
        return "held: " + "; ".join(sorted(c.title for c in outcome.verdict.failed if c.on_fail == "hold"))
    return None


def report_verdict(
    report: Report, said: list[str], left_out: dict[str, str], outcomes: dict[str, TenantOutcome]
) -> Verdict:
    """The report's verdict from its tenants': a tenant left out banners or holds it, as its YAML says."""
    checks = [check for tenant in said for check in outcomes[tenant].verdict.checks]
    holds = report.on_hold == "hold" or not said
    checks += [
        Check(
            subject="tenant",
            tenant=tenant,
            title=f"{tenant} is left out: {reason}",
            outcome="fail",
            on_fail="hold" if holds else "banner",
        )
        for tenant, reason in left_out.items()
    ]
    if not said and not left_out:
        checks.append(Check("tenant", None, "no tenant is in scope", "fail", "hold"))
    return verdict_of(tuple(checks))


def _compute(day: Day, report: Report, outcomes: list[TenantOutcome], catalogue: Catalogue) -> dict[str, Any]:
    tenants = [day.config.portfolio.tenant(outcome.tenant) for outcome in outcomes]
    snapshots = {o.tenant: o.snapshots for o in outcomes if o.snapshots is not None}
    with open_scope(
        snapshots,
        path_of=day.lake.local_path,
        config=day.config,
        tenants=[tenant.id for tenant in tenants],
        as_of=day.as_of,
        catalogue=catalogue,
    ) as scope:
        figures = [figure for outcome in outcomes for figure in outcome.figures]
        figures += measure_scope(scope, catalogue, grain="scope")
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
        "manifests": [m.as_json() for s in snapshots.values() for m in s.manifests.values()],
    }


def _tables_of(report: Report, catalogue: Catalogue) -> list[str]:
    asked = {
        str(section.options[key])
        for section in report.sections
        for key in ("table",)
        if key in section.options
    }
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
            value = None if isinstance(figure.value, str) else figure.value
            points[figure.metric].append({"period": month_end.strftime("%Y-%m"), "value": value})
    return [{"metric": metric, "tenant": None, "points": points[metric]} for metric in metrics]
