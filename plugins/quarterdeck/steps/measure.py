"""Task ``measure``: a tenant's figures, checked; they are kept under the hash of all that made them."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from quarterdeck.lake.documents import content_hash, to_bytes
from quarterdeck.lake.figures import FigureLake
from quarterdeck.metrics.definition import Figure
from quarterdeck.metrics.figures import measure as measure_scope
from quarterdeck.metrics.scope import open_scope
from quarterdeck.quality.definition import Check, Verdict, verdict_of
from quarterdeck.quality.suites import read_suites
from quarterdeck.quality.validation import validate_figures
from quarterdeck.steps.docs import published_docs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quarterdeck.lake.definition import TenantSnapshots
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.settings.definition import Tenant
    from quarterdeck.steps.resources import Day, Resources, RunRef

log = logging.getLogger(__name__)


def measure(run: RunRef, tenant_id: str, resources: Resources) -> dict[str, Any]:
    """Measure the tenant and record it for the joins of the day; answers counts and the location."""
    day = resources.open(run)
    tenant = day.config.portfolio.tenant(tenant_id)
    snapshots = day.snapshots.of_tenant(run.as_of, tenant_id, tenant.datasets)
    document, key = measure_tenant(day, tenant, snapshots, resources.catalogue())
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


def measure_tenant(
    day: Day, tenant: Tenant, snapshots: TenantSnapshots, catalogue: Catalogue
) -> tuple[dict[str, Any], str]:
    """Figures and verdict of a tenant, from the lake where the very same inputs were measured before."""
    lake = FigureLake(day.lake)
    ingredients = {
        "config": day.run.config,
        "catalogue": catalogue.hash,
        "snapshots": {name: [m.content_hash, m.revision] for name, m in snapshots.manifests.items()},
        "suites": content_hash(_suite_bytes(day)),
    }
    key = lake.key(day.run.as_of, tenant.id, content_hash(to_bytes(ingredients)))
    if (known := lake.get(key)) is not None:
        return known, key
    with open_scope(
        {tenant.id: snapshots},
        path_of=day.lake.local_path,
        config=day.config,
        tenants=[tenant.id],
        as_of=day.as_of,
        catalogue=catalogue,
    ) as scope:
        figures = measure_scope(scope, catalogue, grain="tenant")
    verdict = verdict_of((*_dataset_checks(day, tenant, snapshots), *_figure_checks(day, tenant, figures)))
    document = {"figures": [figure.as_json() for figure in figures], "verdict": verdict.as_json()}
    return lake.put(key, document), key


def figures_of(document: dict[str, Any]) -> tuple[Figure, ...]:
    """The figures in a document of the lake."""
    return tuple(Figure.from_json(figure) for figure in document["figures"])


def _suite_bytes(day: Day) -> bytes:
    folder = day.resources.places.include / "expectations"
    return b"".join(path.read_bytes() for path in sorted(folder.glob("*.yaml")))


def _dataset_checks(day: Day, tenant: Tenant, snapshots: TenantSnapshots) -> list[Check]:
    return [
        Check(**{**check, "keys": tuple(check["keys"])})
        for dataset_id, manifest in snapshots.manifests.items()
        for check in day.snapshots.checks(manifest.as_of, tenant.id, dataset_id)
    ]


def _figure_checks(day: Day, tenant: Tenant, figures: Sequence[Figure]) -> tuple[Check, ...]:
    suites = read_suites(day.resources.places.include)
    plain = [asdict(figure) for figure in figures]
    with published_docs(day, tenant.id, "figures") as docs:
        return validate_figures(plain, suites["kpis"], tenant=tenant.id, docs=docs)
