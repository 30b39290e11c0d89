"""What a metric's SQL header becomes, and what its query comes out with: a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from quarterdeck.errors import QuarterdeckError

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
UNITS: tuple[str, ...] = get_args(Unit)
MISSING_REASONS: tuple[str, ...] = get_args(MissingReason)
FIGURE_TABLE = "figure"  # the input of metrics about figures: a second pass over those of the first
MANIFEST_TABLE = "manifest"  # the input of metrics about the snapshots themselves
MAIL_TABLE = "mail"  # the input of metrics about the mail of earlier editions
# Inputs that are no datasets: always there, maybe without a row.
SYSTEM_INPUTS: frozenset[str] = frozenset({FIGURE_TABLE, MANIFEST_TABLE, MAIL_TABLE})
# The metrics about all others: measured last, over the figures of both passes, and not counted themselves.
ABOUT_ALL: frozenset[str] = frozenset({"kpi_coverage", "kpis_missing"})
# What is set down beforehand (accounts, goals, plans, rates): its rows don't tell that business is recorded.
REFERENCE: frozenset[str] = frozenset(
    {
        "budgets",
        "cash_accounts",
        "chart_of_accounts",
        "exchange_rates",
        "forecasts",
        "milestones",
        "price_table",
        "targets",
    }
)


class MetricError(QuarterdeckError):
    """A metric's or a table's query failed, or answered something that its contract does not allow."""


@dataclass(frozen=True)
class Demand:
    """One part of ``inputs``: ``a`` is required, ``a?`` is read where the tenant declares it.

    ``a | b``: at least one of them is declared. Of those that are declared none may be missing.
    """

    datasets: tuple[str, ...]
    optional: bool = False

    def is_met(self, declared: frozenset[str], delivered: frozenset[str]) -> bool:
        """Whether a tenant with these datasets has what is asked for."""
        if SYSTEM_INPUTS.issuperset(self.datasets):
            return True
        if len(self.datasets) == 1 and not self.optional:
            return self.datasets[0] in delivered
        wanted = [name for name in self.datasets if name in declared]
        return (bool(wanted) or self.optional) and all(name in delivered for name in wanted)


@dataclass(frozen=True)
class Query:
    """The SQL of a metric or a table, and what it rests on through the shared views.

    ``spared``: columns (``dataset.column``) that count as empty where they are not delivered.
    ``settings``: names of the settings that it reads, through views too.
    ``hash`` is over its text and that of its views.
    """

    sql: str
    path: str
    demands: tuple[Demand, ...] = ()
    views: tuple[str, ...] = ()
    spared: frozenset[str] = frozenset()
    settings: tuple[str, ...] = ()
    hash: str = ""

    @property
    def is_second_pass(self) -> bool:
        """Whether it reads the figures of the first pass."""
        return any(FIGURE_TABLE in demand.datasets for demand in self.demands)


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
    query: Query

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
    query: Query

    def applies_to(self, kind: str) -> bool:
        """Whether a tenant of that kind has this table."""
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True)
class View:
    """One SQL file under ``include/sql/views/<theme>/``: rows that several metrics share.

    ``is_kept``: whether they are worked out once; else each query that reads them does so for itself.
    """

    id: str
    theme: str
    title: str
    query: Query
    is_kept: bool = True


@dataclass(frozen=True)
class TableResult:
    """The rows of a table, exact: money in major units, its currency in a column ``currency``.

    ``units`` are those of ``columns``, in order. ``currency`` is the one that all rows share, else None.
    """

    id: str
    title: str
    columns: tuple[str, ...]
    units: tuple[str, ...]
    rows: list[list[Decimal | int | str | bool | None]]
    currency: str | None
    missing: MissingReason | None
    because: str | None


@dataclass(frozen=True)
class Figure:
    """One value of one metric: for a tenant, or (``tenant`` None) for the whole scope.

    Exactly one of ``value`` and ``missing`` is there. Money is in major units with the currency's
    places; ratios are 0..1 (rounded once, six places); a day is an ISO date string; counts and units
    are whole, else to one place like months, years, days, hours and scores.
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
    inputs: tuple[dict[str, Any], ...]  # dataset, tenant, rows, content_hash, rebuilt, newest, read_at
    query_hash: str
    note: str | None = None  # what the reader must know beside the value: "mean of 5 months"
    engine: str | None = None  # what measured it, with its version
    settings: tuple[dict[str, Any], ...] = ()  # that its SQL reads: name, tenant, value (None: not set)

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
            "engine": self.engine,
            "settings": list(self.settings),
            **({} if self.note is None else {"note": self.note}),
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
            note=data.get("note"),
            engine=data.get("engine"),
            settings=tuple(data.get("settings", ())),
        )
