"""Task ``conclude``: over the portfolio: who may be spoken of, scope figures, tables, histories, findings.

Runs when every tenant is done, whatever became of each; joins by id through the run's record.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from quarterdeck.errors import LakeError
from quarterdeck.lake.documents import content_hash, to_bytes
from quarterdeck.lake.figures import FigureLake
from quarterdeck.quality.definition import Check, Verdict, verdict_of
from quarterdeck.steps.fingerprints import ingredients_hash
from quarterdeck.steps.freezing import frozen_inputs
from quarterdeck.steps.mail_record import mail_before, mail_hash
from quarterdeck.steps.measure import figures_of, measure_tenant
from quarterdeck.steps.reconciling import reconciled
from quarterdeck.steps.surveyed import survey_checks, surveys_of

if TYPE_CHECKING:
    from quarterdeck.lake.definition import TenantSnapshots
    from quarterdeck.metrics.definition import Figure
    from quarterdeck.settings.definition import Report, Tenant
    from quarterdeck.steps.resources import Day, Resources, RunRef

log = logging.getLogger(__name__)

_STALE_DAYS = 3  # portfolio setting stale_snapshot_days


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
    plan = day.plan
    outcomes = {
        tenant: with_surveys(day, tenant_outcome(day, tenant)) for tenant in _needed(day, plan["reports"])
    }
    conclusions = reconciled(
        day,
        {report: conclude_report(day, day.config.reports[report], outcomes) for report in plan["reports"]},
    )
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


def tenant_outcome(day: Day, tenant_id: str) -> TenantOutcome:
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
    return _stale_outcome(day, tenant)


def with_surveys(day: Day, outcome: TenantOutcome) -> TenantOutcome:
    """The outcome with what was found in the tenant's repositories and accounts."""
    if outcome.snapshots is None:
        return outcome
    checks = (*outcome.verdict.checks, *survey_checks(day, outcome.tenant))
    snapshots = replace(outcome.snapshots, surveys=surveys_of(day, outcome.tenant))
    return replace(outcome, snapshots=snapshots, verdict=verdict_of(checks))


def _stale_outcome(day: Day, tenant: Tenant) -> TenantOutcome:
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
    document, _ = measure_tenant(day, tenant, snapshots)
    stale = Check(
        subject="snapshot",
        tenant=tenant.id,
        title=f"{failure}: shown as of {last}",
        outcome="fail",
        on_fail="banner",
    )
    verdict = verdict_of((*Verdict.from_json(document["verdict"]).checks, stale))
    return TenantOutcome(tenant.id, snapshots, figures_of(document), verdict, last, None)


def conclude_report(day: Day, report: Report, outcomes: dict[str, TenantOutcome]) -> dict[str, Any]:
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
        "histories": [],
        "restatements": [],
        "movements": [],
        "tables": {},
        "findings": [],
        "unanswered": {},
        "manifests": [],
    }
    if said and verdict.decision != "hold":
        computed = _computed_once(day, report, [outcomes[tenant] for tenant in said])
        checks = (*verdict.checks, *Verdict.from_json(computed["verdict"]).checks)
        conclusion |= computed | {"verdict": verdict_of(checks).as_json()}
        conclusion["restatements"] = _restatements(day, report, [outcomes[tenant] for tenant in said])
    return conclusion


def _restatements(day: Day, report: Report, outcomes: list[TenantOutcome]) -> list[dict[str, Any]]:
    """What today's data say otherwise of earlier editions; nothing to import where there are none."""
    if not frozen_inputs(day, report).get("earlier"):
        return []
    from quarterdeck.steps.restating import restatements_of

    snapshots = {outcome.tenant: outcome.snapshots for outcome in outcomes if outcome.snapshots is not None}
    return restatements_of(day, report, snapshots)


def _computed_once(day: Day, report: Report, outcomes: list[TenantOutcome]) -> dict[str, Any]:
    """What was computed for the report's scope, or is now where the very same inputs never were."""
    lake = FigureLake(day.lake)
    snapshots = {outcome.tenant: outcome.snapshots for outcome in outcomes if outcome.snapshots is not None}
    previous = frozen_inputs(day, report)["previous"]
    since = None if previous is None else previous["as_of"]  # its movements are part of what is computed
    mail = mail_hash(mail_before(day, freeze=True))
    made_of = content_hash(to_bytes([ingredients_hash(day, snapshots.values()), since, mail]))
    key = lake.key(day.run.as_of, f"report-{report.id}", made_of)
    if (known := lake.get(key)) is not None:
        return known
    from quarterdeck.steps.concluding import conclude_scope

    figures = [figure for outcome in outcomes for figure in outcome.figures]
    return lake.put(key, conclude_scope(day, report, snapshots, figures, since))


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
