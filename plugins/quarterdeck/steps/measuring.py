"""All figures of a portfolio as of a day in one go: what ``quarterdeck measure`` prints."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from quarterdeck.errors import RequestError
from quarterdeck.metrics.figures import measure as measure_scope
from quarterdeck.metrics.figures import measure_reporting
from quarterdeck.metrics.scope import open_scope
from quarterdeck.steps.measure import figures_of, measure_tenant
from quarterdeck.steps.plan import PlanRequest, plan
from quarterdeck.steps.resources import RunRef
from quarterdeck.steps.snapshot import take_snapshots
from quarterdeck.steps.survey import take_survey
from quarterdeck.steps.surveyed import surveys_of

if TYPE_CHECKING:
    from quarterdeck.lake.definition import TenantSnapshots
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Figure
    from quarterdeck.steps.resources import Day, Resources


def open_day(resources: Resources, portfolio: str, as_of: str) -> Day:
    """A run of the command line's own for that day: archives and mails nothing."""
    request = PlanRequest(
        portfolio=portfolio,
        run_id="command-line",
        run_type="manual",
        logical_date=None,
        run_after=resources.clock(),
        params={"as_of": as_of, "mode": "archive"},
    )
    return resources.open(RunRef.from_json(plan(request, resources)["run"]))


def measure_portfolio(
    resources: Resources, portfolio: str, as_of: str, *, tenant: str | None, metrics: list[str] | None
) -> list[Figure]:
    """Figures of one tenant, or of every tenant and of the portfolio as a whole (``tenant`` None).

    Takes the day's snapshots where there are none. Raises RequestError for an unknown tenant or metric.
    """
    day = open_day(resources, portfolio, as_of)
    catalogue = resources.catalogue()
    known = [t.id for t in day.config.portfolio.tenants]
    if tenant is not None and tenant not in known:
        raise RequestError(f"--tenant: {portfolio} has no {tenant!r}; it has: {', '.join(known)}")
    if unknown := sorted(set(metrics or ()) - catalogue.metrics.keys()):
        raise RequestError(
            f"--metric: unknown {', '.join(unknown)}; known: {', '.join(sorted(catalogue.metrics))}"
        )
    figures: list[Figure] = []
    snapshots: dict[str, TenantSnapshots] = {}
    for tenant_id in [tenant] if tenant else known:
        business = day.config.portfolio.tenant(tenant_id)
        take_snapshots(day, business, refresh=False)
        snapshots[tenant_id] = day.snapshots.of_tenant(as_of, tenant_id, business.datasets)
        figures += figures_of(measure_tenant(day, business, snapshots[tenant_id])[0])
    if tenant is None:
        for name in day.config.portfolio.surveys:
            take_survey(day, name, refresh=False)
        snapshots = {name: replace(of, surveys=surveys_of(day, name)) for name, of in snapshots.items()}
        figures += _portfolio_figures(day, snapshots, catalogue, figures)
    return [figure for figure in figures if not metrics or figure.metric in metrics]


def _portfolio_figures(
    day: Day, snapshots: dict[str, TenantSnapshots], catalogue: Catalogue, figures: list[Figure]
) -> list[Figure]:
    with open_scope(
        snapshots,
        path_of=day.lake.local_path,
        config=day.config,
        tenants=list(snapshots),
        as_of=day.as_of,
        catalogue=catalogue,
    ) as scope:
        whole = list(measure_scope(scope, catalogue, grain="scope"))
        return [*whole, *measure_reporting(scope, catalogue, [*figures, *whole])]
