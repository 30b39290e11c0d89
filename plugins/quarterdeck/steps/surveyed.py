"""What the day's surveys have for a tenant: their snapshots and checks, and which of them failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.quality.definition import Check

if TYPE_CHECKING:
    from quarterdeck.lake.definition import TenantSnapshots
    from quarterdeck.steps.resources import Day


def surveys_of(day: Day, tenant: str) -> tuple[TenantSnapshots, ...]:
    """The snapshots of every repository and account that is the tenant's; one that failed has none."""
    return tuple(
        day.snapshots.of_tenant(day.run.as_of, name, survey.datasets)
        for name, survey in day.config.portfolio.surveys.items()
        if survey.tenant == tenant
    )


def survey_checks(day: Day, tenant: str) -> tuple[Check, ...]:
    """The checks on what its surveys found, and one that fails for each survey that found nothing."""
    checks: list[Check] = []
    for name, survey in day.config.portfolio.surveys.items():
        if survey.tenant != tenant:
            continue
        found = day.snapshots.of_tenant(day.run.as_of, name, survey.datasets)
        if not found.manifests:
            checks.append(
                Check(
                    subject=name,
                    tenant=tenant,
                    title=f"{name} could not be surveyed: see the log of its task; its figures are missing",
                    outcome="fail",
                    on_fail="banner",
                )
            )
        for dataset in found.manifests:
            checks += [
                Check(**{**check, "keys": tuple(check["keys"])})
                for check in day.snapshots.checks(day.run.as_of, name, dataset)
            ]
    return tuple(checks)
