"""Task ``snapshot``: a tenant's datasets as of the day, validated, written once, never replaced."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quarterdeck.settings.definition import Tenant
    from quarterdeck.steps.resources import Day, Resources, RunRef

log = logging.getLogger(__name__)


def snapshot(run: RunRef, tenant_id: str, resources: Resources) -> dict[str, Any]:
    """Take the tenant's snapshots; a day that has them reads no source, unless the plan says refresh.

    Answers counts and locations. Raises SourceError where a source can't be read at all.
    """
    day = resources.open(run)
    return take_snapshots(day, day.config.portfolio.tenant(tenant_id), refresh=day.plan["refresh"])


def take_snapshots(day: Day, tenant: Tenant, *, refresh: bool) -> dict[str, Any]:
    """The body of ``snapshot``, which the command line shares."""
    wanted: dict[str, int] = {}
    for dataset_id in tenant.datasets:
        latest = day.snapshots.latest(day.run.as_of, tenant.id, dataset_id)
        if latest is None:
            wanted[dataset_id] = 1
        elif refresh:
            wanted[dataset_id] = latest.revision + 1
    if wanted:
        from quarterdeck.steps.taking import take

        take(day, tenant, wanted)
    manifests = [day.snapshots.latest(day.run.as_of, tenant.id, dataset_id) for dataset_id in tenant.datasets]
    found = [manifest for manifest in manifests if manifest is not None]
    counts = {
        "tenant": tenant.id,
        "datasets": len(found),
        "taken": len(wanted),
        "rows_read": sum(m.rows_read for m in found),
        "rows_kept": sum(m.rows_kept for m in found),
        "rows_quarantined": sum(m.rows_quarantined for m in found),
        "rows_after": sum(m.rows_after for m in found),
        "broken_files": sum(len(m.broken_files) for m in found),
        "missing": sorted(m.dataset for m in found if m.missing),
        "location": f"{day.lake.url.rstrip('/')}/snapshots/{day.run.as_of}/{tenant.id}/",
    }
    log.info("snapshot: %s", " ".join(f"{name}={value}" for name, value in counts.items()))
    return counts
