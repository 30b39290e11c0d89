"""Bridges over a scope: a figure and its components seen from two days, on the same snapshots."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from quarterdeck.metrics.beginnings import Beginnings
from quarterdeck.metrics.bridge import Component, End, apportion, cuts_of, shares_of, total
from quarterdeck.metrics.bridge_definition import DIMENSIONS, Movement, Part
from quarterdeck.metrics.definition import MetricError
from quarterdeck.metrics.exact import fraction, shown
from quarterdeck.metrics.figures import figures_of_metric, lacking, query_rows
from quarterdeck.metrics.spans import span_of
from quarterdeck.money import exponent, round_half_away

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from quarterdeck.metrics.bridge import Share
    from quarterdeck.metrics.bridge_definition import Against, Bridge
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Figure, Metric
    from quarterdeck.metrics.scope import Scope
    from quarterdeck.settings.definition import Tenant

_MEASURES = ("amount", "quantity", "base")
_COLUMNS = {"tenant", "currency", "kind", "noun", *DIMENSIONS} | {
    f"{measure}{part}" for measure in _MEASURES for part in ("", "_numerator", "_denominator")
}
_RATIO_PLACES = 6
TURNED = "the month turned: days of two months are not compared"


@dataclass(frozen=True)
class Question:
    """One comparison of one metric, of a tenant or (None) the scope: seen from ``now`` and from ``then``."""

    metric: str
    tenant: str | None
    against: Against
    now: date
    then: date


@dataclass
class Bridging:
    """Answers questions about a scope; ``seen`` keeps what was seen from a day for the next question."""

    scope: Scope
    catalogue: Catalogue
    seen: Seen = field(default_factory=dict)

    def answer(self, questions: Sequence[Question]) -> list[Movement]:
        """One movement per question and currency, in their order. Raises MetricError, BridgeError."""
        days = {(day, q.tenant or "", q.metric): q for q in questions for day in (q.now, q.then)}
        for (day, _, _), question in sorted(days.items(), key=lambda item: item[0]):
            self._view(question, day)  # day by day: metrics of one day share its views
        return [movement for question in questions for movement in self._movements(question)]

    def _movements(self, question: Question) -> list[Movement]:
        now, then = self._view(question, question.now), self._view(question, question.then)
        return [self._movement(question, figure, now, then) for figure in now.figures]

    def _movement(self, question: Question, figure: Figure, now: View, then: View) -> Movement:
        metric, bridge = self.catalogue.metrics[question.metric], self.catalogue.bridges[question.metric]
        blank = Movement(
            metric.id, question.tenant, figure.currency, question.against, question.now, question.then,
            period_now=(figure.period_start, figure.period_end),
            note=None if question.now == self.scope.as_of else f"in its first {question.now.day} days",
        )  # fmt: skip
        if figure.missing is not None:
            return blank.refused(f"there is no value: {figure.because}")
        if then.unknown is not None:
            return blank.refused(then.unknown)
        before = then.figure_in(figure.currency)
        if before is None or before.missing is not None:
            why = f"nothing in {figure.currency}" if before is None else before.because
            return blank.refused(f"there was no value: {why}")
        told = replace(
            blank, period_then=(before.period_start, before.period_end),
            value_now=_number(figure), value_then=_number(before),
        )  # fmt: skip
        span = span_of(self.catalogue, metric)
        if question.against == "previous_edition" and span == "month_to_date" and _turned(question):
            return told.refused(TURNED)
        if (why := now.lacks or then.lacks) is not None:
            return told.refused(why)
        days = (question.then.day, question.now.day) if span == "month_to_date" else (1, 1)
        return _split(
            told, bridge, metric, then.end(figure.currency, days[0]), now.end(figure.currency, days[1])
        )

    def _view(self, question: Question, day: date) -> View:
        key = (question.metric, question.tenant, day)
        if key not in self.seen:
            self.seen[key] = self._look(question, day)
        return self.seen[key]

    def _look(self, question: Question, day: date) -> View:
        metric, bridge = self.catalogue.metrics[question.metric], self.catalogue.bridges[question.metric]
        tenants = [
            tenant
            for tenant in self.scope.tenants
            if metric.applies_to(tenant.kind) and question.tenant in {None, tenant.id}
        ]
        unknown = self._why_unknown(metric, tenants, day)
        if not tenants or unknown is not None:
            return View((), (), unknown=unknown)
        scope = self.scope.at(day)
        figures = tuple(figures_of_metric(scope, metric, tenants, whole=question.tenant is None))
        having, _ = lacking(scope, metric, tenants)
        known, because = lacking(scope, bridge, tenants)
        if known != having or not known:
            lacks = because or f"not of every business: {bridge.needs}"
            return View(figures, (), lacks=lacks)
        return View(figures, tuple(_components(scope, bridge, known)))

    def _why_unknown(self, metric: Metric, tenants: Iterable[Tenant], day: date) -> str | None:
        if day == self.scope.as_of:
            return None
        ids = frozenset(tenant.id for tenant in tenants)
        return Beginnings(self.scope).why_unknown(metric, ids, day)


@dataclass(frozen=True)
class View:
    """A metric seen from one day: its figures, and its components by currency (None: of every currency)."""

    figures: tuple[Figure, ...]
    components: tuple[tuple[str | None, Component], ...]
    unknown: str | None = None  # why that day is not known
    lacks: str | None = None  # what the components need

    def figure_in(self, currency: str | None) -> Figure | None:
        for figure in self.figures:
            if figure.currency == currency:
                return figure
        alone = len(self.figures) == 1 and self.figures[0].currency is None
        return self.figures[0] if alone else None

    def end(self, currency: str | None, days: int) -> End:
        return End(tuple(c for code, c in self.components if code in {None, currency}), days)


Seen = dict[tuple[str, str | None, "date"], View]
"""By metric, tenant (None: the scope) and day."""


def _turned(question: Question) -> bool:
    return (question.now.year, question.now.month) != (question.then.year, question.then.month)


def _number(figure: Figure) -> Decimal | int:
    if isinstance(figure.value, Decimal | int):
        return figure.value
    raise MetricError(f"{figure.metric}: expected a number to explain, found {figure.value!r}")


def _split(told: Movement, bridge: Bridge, metric: Metric, then: End, now: End) -> Movement:
    """The movement with its parts, once the components of both ends make what the metric says."""
    for end, value in ((then, told.value_then), (now, told.value_now)):
        made = total(bridge.form, end.components)
        if made is None or shown(made, metric.unit, told.currency) != value:
            return told.refused(f"its parts make {made}, the figure is {value}")
    places = exponent(told.currency) if metric.unit == "money" and told.currency else _RATIO_PLACES
    scale = 1 if metric.unit == "money" else 10**places
    now_shown, then_shown = (int(Fraction(v or 0) * 10**places) for v in (told.value_now, told.value_then))
    change = now_shown - then_shown

    def rounded(shares: Sequence[Share]) -> tuple[Part, ...]:
        amounts = apportion([share.amount * scale for share in shares], change)
        parts = zip(shares, amounts, strict=True)
        return tuple(_part(share, amount, places) for share, amount in parts if amount)

    cuts = cuts_of(bridge.form, then, now)
    return replace(
        told,
        parts=rounded(shares_of(bridge.form, then, now)),
        cuts=tuple((by, rounded(shares)) for by, shares in cuts.items()),
    )


def _part(share: Share, amount: int, places: int) -> Part:
    quantity = None if share.quantity is None else round_half_away(share.quantity, 1)
    return Part(share.kind, share.tenant, share.of, quantity, Decimal(amount).scaleb(-places))


def _components(
    scope: Scope, bridge: Bridge, tenants: Sequence[Tenant]
) -> Iterable[tuple[str | None, Component]]:
    for row in query_rows(scope, bridge.query, tenants):
        try:
            yield row.get("currency"), _component(row)
        except ValueError as error:
            raise MetricError(f"{bridge.query.path}: {error}; scope: {scope}") from None


def _component(row: dict[str, Any]) -> Component:
    if unknown := sorted(row.keys() - _COLUMNS):
        raise ValueError(f"unknown columns {', '.join(unknown)}; known: {', '.join(sorted(_COLUMNS))}")
    return Component(
        tenant=row.get("tenant"),
        kind=str(row["kind"]),
        dimensions=tuple((name, str(row[name])) for name in DIMENSIONS if row.get(name) is not None),
        noun=row.get("noun"),
        amount=_measure(row, "amount") or Fraction(0),
        quantity=_measure(row, "quantity"),
        base=_measure(row, "base") or Fraction(0),
    )


def _measure(row: dict[str, Any], name: str) -> Fraction | None:
    if f"{name}_numerator" in row:
        above, below = row[f"{name}_numerator"], row[f"{name}_denominator"]
        return None if above is None else fraction(above, name) / fraction(below, name)
    value = row.get(name)
    return None if value is None else fraction(value, name)
