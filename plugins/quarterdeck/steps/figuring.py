"""Figures of one tenant with the checks on them, and of all together: measured where nobody did it before."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from quarterdeck.metrics.definition import ABOUT_ALL
from quarterdeck.metrics.figures import measure as measure_scope
from quarterdeck.metrics.figures import measure_reporting
from quarterdeck.metrics.scope import open_scope
from quarterdeck.quality.definition import Check, verdict_of
from quarterdeck.quality.suites import read_suites
from quarterdeck.quality.validation import validate_figures
from quarterdeck.steps.docs import published_docs
from quarterdeck.steps.mail_record import mail_before
from quarterdeck.steps.together import keep_together, known_together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quarterdeck.lake.definition import TenantSnapshots
    from quarterdeck.metrics.definition import Figure
    from quarterdeck.metrics.scope import Scope
    from quarterdeck.settings.definition import Tenant
    from quarterdeck.steps.resources import Day


def figure_tenant(day: Day, tenant: Tenant, snapshots: TenantSnapshots) -> dict[str, Any]:
    """A document with the tenant's ``figures`` and, over its datasets and these, the ``verdict``."""
    catalogue = day.resources.catalogue()
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
    return {"figures": [figure.as_json() for figure in figures], "verdict": verdict.as_json()}


def figure_whole(
    day: Day, snapshots: Mapping[str, TenantSnapshots], tenant_figures: Sequence[Figure]
) -> tuple[Figure, ...]:
    """The figures of all tenants together, and those about figures, in a scope of their own."""
    catalogue = day.resources.catalogue()
    with open_scope(
        snapshots,
        path_of=day.lake.local_path,
        config=day.config,
        tenants=list(snapshots),
        as_of=day.as_of,
        catalogue=catalogue,
        mail=mail_before(day),
    ) as scope:
        return figure_together(day, scope, snapshots, tenant_figures)


def figure_together(
    day: Day, scope: Scope, snapshots: Mapping[str, TenantSnapshots], tenant_figures: Sequence[Figure]
) -> tuple[Figure, ...]:
    """The same in an open scope of these tenants, measured where no other report of it did.

    Either way they are in the scope then, for its tables about figures.
    """
    catalogue = day.resources.catalogue()
    known = known_together(day, snapshots)
    if known is not None:
        told = [figure for figure in known if figure.metric not in ABOUT_ALL]
        scope.show_figures([*tenant_figures, *told], catalogue.metrics)
        return known
    whole = list(measure_scope(scope, catalogue, grain="scope"))
    whole += measure_reporting(scope, catalogue, [*tenant_figures, *whole])
    return keep_together(day, snapshots, whole)


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
