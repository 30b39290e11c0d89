"""The cases beside a rule: figures, and whether the rule fires on them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import Field

from quarterdeck.metrics.definition import Figure, MissingReason, Unit
from quarterdeck.settings.model import Id, Model, Scalar
from quarterdeck.settings.yaml_files import read_model

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from quarterdeck.findings.definition import Rule


class CaseFigure(Model):
    """A figure of a case: a value (money in major units), or why there is none."""

    value: int | float | str | None = None
    missing: MissingReason | None = None
    period_end: str | None = None


class RuleCase(Model):
    """``fires``: true, false, or null where the figures can't tell. ``says``: what its texts hold."""

    name: str
    kind: Id | None = None
    settings: dict[str, Scalar] = Field(default_factory=dict)
    figures: dict[Id, int | float | str | CaseFigure]
    fires: bool | None
    says: tuple[str, ...] = ()

    def figures_of(
        self, rule: Rule, units: Mapping[str, Unit], *, tenant: str, currency: str
    ) -> tuple[Figure, ...]:
        """The case's figures as the metrics would come out with them."""
        subject = tenant if rule.for_each == "tenant" else None
        return tuple(
            _figure(metric, given, units[metric], subject, currency) for metric, given in self.figures.items()
        )


class RuleCases(Model):
    """A file ``<rule>.cases.yaml``."""

    cases: tuple[RuleCase, ...]


def read_cases(path: Path) -> tuple[RuleCase, ...]:
    """The cases of a file. Raises ConfigError with every mistake."""
    return read_model(path, RuleCases).cases


def _figure(metric: str, given: Scalar | CaseFigure, unit: Unit, tenant: str | None, currency: str) -> Figure:
    told = given if isinstance(given, CaseFigure) else CaseFigure(value=given)
    missing = told.missing
    return Figure(
        metric=metric,
        tenant=tenant,
        unit=unit,
        currency=currency if unit == "money" and missing is None else None,
        value=None if told.value is None or missing else _value(told.value, unit),
        missing=missing,
        because=None if missing is None else f"{metric} is missing",
        period_start=None,
        period_end=told.period_end,
        inputs=(),
        query_hash="",
    )


def _value(value: Scalar, unit: Unit) -> Decimal | int | str:
    if unit == "day":
        return str(value)
    return int(value) if unit in {"count", "units"} else Decimal(str(value))
