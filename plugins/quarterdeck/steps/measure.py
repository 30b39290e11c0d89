"""Task ``measure``: a tenant's figures, checked; they are kept under the hash of all that made them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from quarterdeck.lake.figures import FigureLake
from quarterdeck.metrics.definition import Figure
from quarterdeck.quality.definition import Verdict
from quarterdeck.steps.fingerprints import ingredients_hash

if TYPE_CHECKING:
    from quarterdeck.lake.definition import TenantSnapshots
    from quarterdeck.settings.definition import Tenant
    from quarterdeck.steps.resources import Day, Resources, RunRef

log = logging.getLogger(__name__)


def measure(run: RunRef, tenant_id: str, resources: Resources) -> dict[str, Any]:
    """Measure the tenant and record it for the joins of the day; answers counts and the location."""
    day = resources.open(run)
    tenant = day.config.portfolio.tenant(tenant_id)
    snapshots = day.snapshots.of_tenant(run.as_of, tenant_id, tenant.datasets)
    document, key = measure_tenant(day, tenant, snapshots)
    verdict = Verdict.from_json(document["verdict"])
    missing = sum(1 for figure in document["figures"] if "missing" in figure)
    day.record.put(
        f"tenant/{tenant_id}",
        {"tenant": tenant_id, "figures": key, "snapshot_day": run.as_of, "decision": verdict.decision},
    )
    counts = {
        "tenant": tenant_id,
        "figures": len(document["figures"]),
        "missing": missing,
        "checks": len(verdict.checks),
        "failed": len(verdict.failed),
        "verdict": verdict.decision,
        "location": f"{day.lake.url.rstrip('/')}/{key}",
    }
    log.info("measure: %s", " ".join(f"{name}={value}" for name, value in counts.items()))
    for check in verdict.failed:
        log.warning(
            "check: tenant=%s subject=%s on_fail=%s rows=%d: %s", tenant_id, check.subject, check.on_fail,
            check.rows, check.title,
        )  # fmt: skip
    return counts


def measure_tenant(day: Day, tenant: Tenant, snapshots: TenantSnapshots) -> tuple[dict[str, Any], str]:
    """Figures and verdict of a tenant, from the lake where the very same inputs were measured before."""
    lake = FigureLake(day.lake)
    key = lake.key(day.run.as_of, tenant.id, ingredients_hash(day, [snapshots]))
    if (known := lake.get(key)) is not None:
        return known, key
    from quarterdeck.steps.figuring import figure_tenant

    return lake.put(key, figure_tenant(day, tenant, snapshots)), key


def figures_of(document: dict[str, Any]) -> tuple[Figure, ...]:
    """The figures in a document of the lake."""
    return tuple(Figure.from_json(figure) for figure in document["figures"])
