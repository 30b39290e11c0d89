"""All figures of a portfolio as of a day in one go: what ``quarterdeck measure`` prints.

Figures that were measured before are read from the lake, and nothing heavy is imported for them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from quarterdeck.errors import RequestError
from quarterdeck.steps.measure import figures_of, measure_tenant
from quarterdeck.steps.plan import PlanRequest, plan
from quarterdeck.steps.resources import RunRef
from quarterdeck.steps.snapshot import take_snapshots
from quarterdeck.steps.survey import take_survey
from quarterdeck.steps.surveyed import surveys_of
from quarterdeck.steps.together import known_together

if TYPE_CHECKING:
    from quarterdeck.lake.definition import TenantSnapshots
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
    check_tenant(day, tenant)
    _check_metrics(day, metrics or [])
    return [figure for figure in all_figures(day, tenant) if not metrics or figure.metric in metrics]


def all_figures(day: Day, tenant: str | None) -> list[Figure]:
    """Of one tenant, or (None) of every tenant and then of the portfolio as a whole."""
    figures: list[Figure] = []
    snapshots: dict[str, TenantSnapshots] = {}
    for business in day.config.portfolio.tenants:
        if tenant in {None, business.id}:
            take_snapshots(day, business, refresh=False)
            snapshots[business.id] = day.snapshots.of_tenant(day.run.as_of, business.id, business.datasets)
            figures += figures_of(measure_tenant(day, business, snapshots[business.id])[0])
    if tenant is None:
        figures += _portfolio_figures(day, _with_surveys(day, snapshots), figures)
    return figures


def check_tenant(day: Day, asked: str | None) -> None:
    """Raises RequestError where the portfolio has no such tenant."""
    portfolio = day.config.portfolio
    known = [tenant.id for tenant in portfolio.tenants]
    if asked is not None and asked not in known:
        raise RequestError(f"--tenant: {portfolio.id} has no {asked!r}; it has: {', '.join(known)}")


def _check_metrics(day: Day, asked: list[str]) -> None:
    folder = day.resources.places.include / "sql" / "metrics"
    known = sorted(path.stem for path in folder.rglob("*.sql")) if asked else []
    if unknown := sorted(set(asked) - set(known)):
        raise RequestError(f"--metric: unknown {', '.join(unknown)}; known: {', '.join(known)}")


def _with_surveys(day: Day, snapshots: dict[str, TenantSnapshots]) -> dict[str, TenantSnapshots]:
    """The tenants' snapshots with those of their repositories and accounts, taken where there are none."""
    for name in day.config.portfolio.surveys:
        take_survey(day, name, refresh=False)
    return {name: replace(of, surveys=surveys_of(day, name)) for name, of in snapshots.items()}


def _portfolio_figures(
    day: Day, snapshots: dict[str, TenantSnapshots], figures: list[Figure]
) -> tuple[Figure, ...]:
    """Figures of all tenants together; ``figures`` are the tenants' own, from the same snapshots."""
    known = known_together(day, snapshots)
    if known is None:
        from quarterdeck.steps.figuring import figure_whole

        known = figure_whole(day, snapshots, figures)
    return known
