"""What a bridge's SQL header becomes, and what a split comes out with: the parts of a change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from quarterdeck.errors import QuarterdeckError

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from quarterdeck.metrics.definition import Metric, Query
    from quarterdeck.metrics.headers import Header

Form = Literal["sum", "ratio", "yield", "share", "recurring"]
Against = Literal["previous_edition", "month_before", "year_before"]
DIMENSIONS = ("channel", "category", "unit", "client")


class BridgeError(QuarterdeckError):
    """Parts that do not add up to their change: a mistake of the program, never of the data."""


@dataclass(frozen=True)
class Bridge:
    """One SQL file under ``include/sql/bridges/<theme>/``; its id is that of the metric that it explains.

    ``inputs`` are its own and the metric's. ``form`` says how components make the value (see ``bridge.py``).
    """

    id: str
    theme: str
    title: str
    form: Form
    inputs: tuple[str, ...]
    kinds: tuple[str, ...]
    needs: str
    formula: str
    query: Query

    @classmethod
    def read(cls, metric: Metric, theme: str, header: Header, query: Query) -> Bridge:
        """Of a metric, from the header of its file; what is wrong is noted in the header."""
        own = (dataset for demand in query.demands for dataset in demand.datasets)
        return cls(
            id=metric.id,
            theme=theme,
            title=header.text("title"),
            form=cast("Form", header.choice("form", get_args(Form))),
            inputs=tuple(dict.fromkeys((*own, *metric.inputs))),
            kinds=metric.kinds,
            needs=header.text("needs"),
            formula=header.text("formula"),
            query=query,
        )

    def applies_to(self, kind: str) -> bool:
        """Whether a tenant of that kind has the metric."""
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True)
class Part:
    """One part of a change. ``amount`` is exact, in the places that the metric's value is shown with.

    ``of`` names what it is a part of (a category, a channel, what is counted), ``quantity`` how many more
    (or, negative, fewer) of it there are where something is counted. ``tenant``: whose, None for all.
    """

    kind: str
    tenant: str | None
    of: str | None
    quantity: Decimal | None
    amount: Decimal

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, stable order of keys."""
        return {
            "kind": self.kind,
            "tenant": self.tenant,
            "of": self.of,
            "quantity": self.quantity,
            "amount": self.amount,
        }


@dataclass(frozen=True)
class Movement:
    """The change of one figure from one day's to another's, both as today's data have it.

    Either ``parts`` that add up to ``value_now - value_then`` exactly, and the same change cut by each
    dimension (``cuts``), or ``because``: why it can't be split. ``then`` and ``now`` are the as-of days,
    the periods those that the figures are over (first and last day).
    """

    metric: str
    tenant: str | None
    currency: str | None
    against: Against
    now: date
    then: date | None
    period_now: tuple[str | None, str | None] = (None, None)
    period_then: tuple[str | None, str | None] = (None, None)
    value_now: Decimal | int | None = None
    value_then: Decimal | int | None = None
    parts: tuple[Part, ...] = ()
    cuts: tuple[tuple[str, tuple[Part, ...]], ...] = ()
    note: str | None = None
    because: str | None = None

    def refused(self, because: str) -> Movement:
        """The same without parts, and why."""
        return replace(self, parts=(), cuts=(), because=because)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, stable order of keys."""
        return {
            "metric": self.metric,
            "tenant": self.tenant,
            "currency": self.currency,
            "against": self.against,
            "now": self.now.isoformat(),
            "then": None if self.then is None else self.then.isoformat(),
            "period_now": list(self.period_now),
            "period_then": list(self.period_then),
            "value_now": self.value_now,
            "value_then": self.value_then,
            "parts": [part.as_json() for part in self.parts],
            "cuts": [{"by": by, "parts": [part.as_json() for part in parts]} for by, parts in self.cuts],
            "note": self.note,
            "because": self.because,
        }
