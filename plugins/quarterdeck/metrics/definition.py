"""What a metric's SQL header becomes, and what its query comes out with: a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from decimal import Decimal

Unit = Literal["money", "count", "units", "ratio", "months", "days", "years", "hours", "day", "score"]
Better = Literal["up", "down", "neither"]
Grain = Literal["tenant", "scope"]
Gap = Literal["no_data", "permission", "quality"]
State = Literal["zero_denominator", "no_history", "not_reached", "infinite"]
MissingReason = Literal[
    "no_data", "permission", "quality", "zero_denominator", "no_history", "not_reached", "infinite"
]
GAPS: frozenset[str] = frozenset({"no_data", "permission", "quality"})


@dataclass(frozen=True)
class Metric:
    """One SQL file under ``include/sql/metrics/<theme>/``; its id is the file's name."""

    id: str
    theme: str
    title: str
    unit: Unit
    better: Better
    grain: tuple[Grain, ...]
    inputs: tuple[str, ...]  # datasets
    kinds: tuple[str, ...]  # of tenant that it applies to; empty: all
    needs: str
    formula: str
    reference: str
    owner: str
    sql: str
    path: str

    def applies_to(self, kind: str) -> bool:
        """Whether a tenant of that kind has this metric."""
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True)
class Table:
    """One SQL file under ``include/sql/tables/<theme>/``: many rows that a report shows."""

    id: str
    theme: str
    title: str
    inputs: tuple[str, ...]
    kinds: tuple[str, ...]
    columns: dict[str, str]  # column -> unit: text, money, count, ratio, day, ...
    needs: str
    owner: str
    sql: str
    path: str


@dataclass(frozen=True)
class Figure:
    """One value of one metric: for a tenant, or (``tenant`` None) for the whole scope.

    Exactly one of ``value`` and ``missing`` is there. Money is in major units with the currency's
    places; ratios are 0..1 (rounded once, six places); a day is an ISO date string.
    """

    metric: str
    tenant: str | None
    unit: Unit
    currency: str | None
    value: Decimal | int | str | None
    missing: MissingReason | None
    because: str | None  # what is missing, in words; None where there is a value
    period_start: str | None
    period_end: str | None  # the last day that belongs to it
    inputs: tuple[dict[str, Any], ...]  # dataset, tenant, rows, content_hash, rebuilt
    query_hash: str

    @property
    def is_gap(self) -> bool:
        """Whether it is missing for want of something that could be had (against a state)."""
        return self.missing in GAPS

    def as_json(self) -> dict[str, Any]:
        """One object with ``value`` or ``missing``, never both; stable order of keys."""
        outcome = (
            {"value": self.value}
            if self.missing is None
            else {"missing": self.missing, "because": self.because}
        )
        return {
            "metric": self.metric,
            "tenant": self.tenant,
            **outcome,
            "unit": self.unit,
            "currency": self.currency,
            "period": {"start": self.period_start, "end": self.period_end},
            "inputs": list(self.inputs),
            "query_hash": self.query_hash,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Figure:
        """The inverse of ``as_json``."""
        return cls(
            metric=data["metric"],
            tenant=data["tenant"],
            unit=data["unit"],
            currency=data["currency"],
            value=data.get("value"),
            missing=data.get("missing"),
            because=data.get("because"),
            period_start=data["period"]["start"],
            period_end=data["period"]["end"],
            inputs=tuple(data["inputs"]),
            query_hash=data["query_hash"],
        )
