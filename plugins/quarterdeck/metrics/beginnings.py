"""Since when something is known: before the first row of a business a sum is not 0 but unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from quarterdeck.days import local_day
from quarterdeck.metrics.definition import REFERENCE, SYSTEM_INPUTS

if TYPE_CHECKING:
    from datetime import date

    from quarterdeck.metrics.definition import Metric
    from quarterdeck.metrics.scope import Scope

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Beginnings:
    """The first day of each tenant's datasets in a scope; read once."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._first: dict[str, dict[str, date]] = {}  # dataset: tenant: day

    def why_unknown(self, metric: Metric, tenants: frozenset[str], day: date) -> str | None:
        """Why a figure of ``day`` would be made of nothing; None where it can be known.

        Before the first row of all that the metric reads nothing was recorded. What a source only knows as
        it is now (timing: state) says nothing of an earlier day, and neither do the day's own snapshots.
        """
        if about := sorted(SYSTEM_INPUTS.intersection(metric.inputs)):
            told = f"{', '.join(about)}: told of {self._scope.as_of} only"
            return told if day < self._scope.as_of else None
        read = [name for name in metric.inputs if name not in REFERENCE] or list(metric.inputs)
        events = [name for name in read if self._scope.catalogue.datasets[name].timing == "events"]
        if not events:
            as_read = f"{', '.join(read)}: known only as read on {self._scope.as_of}"
            return as_read if day < self._scope.as_of else None
        begun = [first for name in events for tenant, first in self._begun(name).items() if tenant in tenants]
        if not begun or day < min(begun):
            since = f"before {min(begun)}" if begun else "at all"
            return f"nothing was recorded {since} in {', '.join(events)}"
        return None

    def _begun(self, dataset: str) -> dict[str, date]:
        if dataset not in self._first:
            began = "select tenant, epoch_us(min(created_at)) as began"
            answer = self._scope.database.ask(f"{began} from loaded.{dataset} group by tenant")
            self._first[dataset] = {
                tenant: local_day(_EPOCH + timedelta(microseconds=began), self._scope.zone)
                for tenant, began in answer.rows
            }
        return self._first[dataset]
