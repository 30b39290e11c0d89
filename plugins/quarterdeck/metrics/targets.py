"""Targets of a scope: rows of the dataset ``targets``, for one business or summed where that makes sense."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from quarterdeck.days import add_months, end_of_day
from quarterdeck.metrics.figures import lacking
from quarterdeck.metrics.spans import adds_up, span_of
from quarterdeck.money import to_major

if TYPE_CHECKING:
    from decimal import Decimal

    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Figure, Metric
    from quarterdeck.metrics.scope import Scope
    from quarterdeck.settings.definition import Tenant

DATASET = "targets"


class Targets:
    """The targets that were known on the scope's day."""

    def __init__(self, scope: Scope, catalogue: Catalogue) -> None:
        self._scope, self._catalogue = scope, catalogue
        self._values = _known(scope) if scope.database.knows(DATASET) else {}

    def of(self, figure: Figure) -> Decimal | int | None:
        """The target of the figure's month, in its own unit (money in major units); None without one.

        The month is that of a full-month figure's last month, else the running one. For several businesses
        the targets are summed: only of what adds up, and only where each that the figure is of has one.
        """
        metric = self._catalogue.metrics[figure.metric]
        tenants = self._tenants(metric, figure)
        if not tenants or (len(tenants) > 1 and not adds_up(self._catalogue, metric)):
            return None
        month = self._month(metric, figure)
        found = [self._values.get((tenant.id, metric.id, month)) for tenant in tenants]
        values = [value for value in found if value is not None]
        if len(values) < len(tenants):
            return None
        total = sum(values)
        return total if figure.unit != "money" else to_major(total, figure.currency or tenants[0].currency)

    def _tenants(self, metric: Metric, figure: Figure) -> list[Tenant]:
        mine = [tenant for tenant in self._scope.tenants if figure.tenant in {None, tenant.id}]
        asked = [tenant for tenant in mine if metric.applies_to(tenant.kind)]
        having = lacking(self._scope, metric, asked)[0] or asked
        if figure.currency is None:
            return having if len({t.currency for t in having}) == 1 or figure.unit != "money" else []
        return [tenant for tenant in having if tenant.currency == figure.currency]

    def _month(self, metric: Metric, figure: Figure) -> date:
        if span_of(self._catalogue, metric) == "full_months" and figure.period_end is not None:
            return add_months(date.fromisoformat(figure.period_end), 0)
        return add_months(self._scope.as_of, 0)


def _known(scope: Scope) -> dict[tuple[str, str, date], int]:
    end = end_of_day(scope.as_of, scope.zone)
    answer = scope.database.ask(
        f"select tenant, metric, month, value from loaded.{DATASET} "  # noqa: S608 - a name of ours
        f"where created_at < timestamptz '{end.isoformat()}'"
    )
    return {(tenant, metric, month): int(value) for tenant, metric, month, value in answer.rows}
