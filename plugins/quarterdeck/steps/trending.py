"""Histories of the KPI lines of a report: trend, the same period before, target."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from quarterdeck.metrics.history import DAYS_STEP, History
from quarterdeck.steps.fingerprints import ingredients_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Figure
    from quarterdeck.metrics.history import Known, Subject
    from quarterdeck.metrics.scope import Scope
    from quarterdeck.settings.definition import Report
    from quarterdeck.steps.resources import Day


def histories_of(
    day: Day, report: Report, scope: Scope, catalogue: Catalogue, figures: Iterable[Figure]
) -> list[dict[str, Any]]:
    """Of every KPI line that the report shows; ``figures`` are today's (see ``History.of``).

    The portfolio's setting ``trend_step_days`` (default 7) is the step of the trends over 90 days: 1 makes a
    point of every day, at the price of as many passes.
    """
    step = int(day.config.portfolio.settings.get("trend_step_days", DAYS_STEP))
    tenants = tuple(tenant.id for tenant in scope.tenants)
    known = _known(ingredients_hash(day, scope.snapshots.values()), tenants)
    return History(scope, catalogue, figures, max(step, 1), known).of(subjects_of(report, scope, catalogue))


@lru_cache(maxsize=4)
def _known(ingredients: str, tenants: tuple[str, ...]) -> Known:  # noqa: ARG001 - the key
    """Reports over the same snapshots share what they have seen of earlier days."""
    return {}


def subjects_of(report: Report, scope: Scope, catalogue: Catalogue) -> Sequence[Subject]:
    """The metric and tenant (None: the scope) of every KPI line."""
    subjects: list[Subject] = []
    for kpi in report.kpis:
        metric = catalogue.metrics.get(kpi.metric)
        if metric is None:
            continue
        if kpi.of == "scope":
            subjects.append((kpi.metric, None))
        else:
            subjects += [
                (kpi.metric, tenant.id)
                for tenant in scope.tenants
                if metric.applies_to(tenant.kind) and (kpi.of == "each_tenant" or tenant.id == scope.lead)
            ]
    return subjects
