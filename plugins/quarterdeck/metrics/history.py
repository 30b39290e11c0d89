"""How a figure came about: the same snapshots seen from earlier days, one pass per day over all asked.

A point has a value or the reason why there is none, never a stand-in 0: before its first row a business
is unknown, and what a source only knows as it is now says nothing of the past.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.days import add_months, month_of
from quarterdeck.metrics.beginnings import Beginnings
from quarterdeck.metrics.figures import measure
from quarterdeck.metrics.spans import adds_up, span_of
from quarterdeck.metrics.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Figure, Grain
    from quarterdeck.metrics.scope import Scope

Subject = tuple[str, str | None]
"""A metric, and the tenant that it is of (None: the scope)."""
Known = dict[tuple[str, str | None, date], tuple["Figure", ...]]

MONTHS_BACK = 12  # 13 points
DAYS_BACK = 90
DAYS_STEP = 7


@dataclass(frozen=True)
class Comparison:
    """Days to compare: the earlier figure is seen from ``then``, that of today's side from ``now``."""

    then: date
    now: date


def comparisons(as_of: date) -> dict[str, Comparison]:
    """What a month-to-date figure is compared with: a month and a year before, over as many days.

    A whole month is compared with the whole month. Where the earlier month is too short for as many days,
    both sides are cut to its length: 30 days of March against 28 of February are 28 against 28.
    """
    month = month_of(as_of)
    found = {}
    for name, back in (("month_before", 1), ("year_before", 12)):
        earlier = month_of(add_months(as_of, -back))
        if as_of == month.last:
            found[name] = Comparison(earlier.last, as_of)
        else:
            days = min(as_of.day, earlier.days)
            found[name] = Comparison(earlier.start.replace(day=days), as_of.replace(day=days))
    return found


def month_ends(as_of: date) -> list[date]:
    """The last days of the last 13 full months, oldest first."""
    first_of_next = add_months(as_of + timedelta(days=1), 0)
    return [add_months(first_of_next, -back) - timedelta(days=1) for back in range(MONTHS_BACK, -1, -1)]


def day_points(as_of: date, step: int = DAYS_STEP) -> list[date]:
    """Days of the last 90, every ``step`` days back from the as-of day, oldest first."""
    return [as_of - timedelta(days=back) for back in range(0, DAYS_BACK, step)][::-1]


@dataclass
class History:
    """Histories of the asked subjects; ``known`` remembers figures, so that reports may share them.

    ``today``: the figures of the as-of day itself. ``step``: days between the points of a daily trend.
    """

    scope: Scope
    catalogue: Catalogue
    today: Iterable[Figure]
    step: int = DAYS_STEP
    known: Known = field(default_factory=dict)

    def of(self, subjects: Sequence[Subject]) -> list[dict[str, Any]]:
        """One entry per subject and currency, as JSON: ``metric tenant currency span adds_up trend
        same_period target``; a point is ``{"period", "value"}`` or ``{"period", "missing", "because"}``.
        """
        asked = [subject for subject in dict.fromkeys(subjects) if self._can_be_asked(subject)]
        figures: dict[tuple[str, str | None, date], list[Figure]] = defaultdict(list)
        for figure in self.today:
            figures[figure.metric, figure.tenant, self.scope.as_of].append(figure)
        self.known.update({key: tuple(found) for key, found in figures.items()})
        self._beginnings = Beginnings(self.scope)
        self._targets = Targets(self.scope, self.catalogue)
        self._measure(asked)
        return [
            self._entry(figure)
            for subject in asked
            for figure in self.known.get((*subject, self.scope.as_of), ())
        ]

    def _can_be_asked(self, subject: Subject) -> bool:
        metric = self.catalogue.metrics.get(subject[0])
        return metric is not None and not metric.query.is_second_pass

    def _days(self, metric: str) -> set[date]:
        """The days from which a metric has to be seen."""
        as_of = self.scope.as_of
        span = span_of(self.catalogue, self.catalogue.metrics[metric])
        if span == "day":
            return set(day_points(as_of, self.step))
        days = set(month_ends(as_of))
        if span == "month_to_date":
            days |= {day for pair in comparisons(as_of).values() for day in (pair.then, pair.now)}
        return days

    def _measure(self, asked: Sequence[Subject]) -> None:
        """One pass per day and tenant over everything that isn't known yet."""
        wanted: dict[tuple[date, str | None], list[str]] = defaultdict(list)
        for metric, tenant in asked:
            for day in self._days(metric):
                if (metric, tenant, day) not in self.known and self._unknown((metric, tenant), day) is None:
                    wanted[day, tenant].append(metric)
        for (day, tenant), metrics in sorted(wanted.items(), key=lambda item: (item[0][0], item[0][1] or "")):
            scope = self.scope.at(day)
            if tenant is not None:
                scope = replace(scope, tenants=tuple(t for t in scope.tenants if t.id == tenant))
            grain: Grain = "scope" if tenant is None else "tenant"
            found: dict[str, list[Figure]] = {metric: [] for metric in metrics}
            for figure in measure(scope, self.catalogue, grain=grain, only=metrics):
                found[figure.metric].append(figure)
            self.known.update({(metric, tenant, day): tuple(f) for metric, f in found.items()})

    def _entry(self, figure: Figure) -> dict[str, Any]:
        metric = self.catalogue.metrics[figure.metric]
        span = span_of(self.catalogue, metric)
        if span == "day":
            periods = [(day.isoformat(), day) for day in day_points(self.scope.as_of, self.step)]
        else:
            periods = [(day.strftime("%Y-%m"), day) for day in month_ends(self.scope.as_of)]
        return {
            "metric": figure.metric,
            "tenant": figure.tenant,
            "currency": figure.currency,
            "span": span,
            "adds_up": adds_up(self.catalogue, metric),
            "trend": [{"period": name, **self._outcome(figure, day)[0]} for name, day in periods],
            "same_period": self._same_period(figure, span),
            "target": self._targets.of(figure),
        }

    def _same_period(self, figure: Figure, span: str) -> dict[str, Any] | None:
        if span == "day":
            return None
        as_of = self.scope.as_of
        if span == "month_to_date":
            pairs = comparisons(as_of)
        else:  # of full months: those before, which are points of its trend
            ends = month_ends(as_of)
            pairs = {
                "month_before": Comparison(ends[-2], as_of),
                "year_before": Comparison(ends[0], as_of),
            }
        return {name: self._compared(figure, pair) for name, pair in pairs.items()}

    def _compared(self, figure: Figure, pair: Comparison) -> dict[str, Any]:
        then, period = self._outcome(figure, pair.then)
        now, period_now = self._outcome(figure, pair.now)
        return {
            **then,
            "period_start": period[0],
            "period_end": period[1],
            "now": now.get("value"),
            "now_end": period_now[1],
        }

    def _outcome(self, figure: Figure, day: date) -> tuple[dict[str, Any], tuple[str | None, str | None]]:
        """What the figure was on another day: its value or why there is none, and the days it is of."""
        if (why := self._unknown((figure.metric, figure.tenant), day)) is not None:
            return {"missing": "no_history", "because": why}, (None, None)
        found = self._alike(figure, day)
        if found is None:
            return {"missing": "no_data", "because": f"nothing in {figure.currency}"}, (None, None)
        period = (found.period_start, found.period_end)
        if found.missing is not None:
            return {"missing": found.missing, "because": found.because or found.missing}, period
        return {"value": found.value}, period

    def _alike(self, figure: Figure, day: date) -> Figure | None:
        """The figure of that day in the same currency; one that is missing altogether has none."""
        there = self.known.get((figure.metric, figure.tenant, day), ())
        same = [f for f in there if f.currency == figure.currency]
        if not same and len(there) == 1 and None in {figure.currency, there[0].currency}:
            same = list(there)
        return same[0] if same else None

    def _unknown(self, subject: Subject, day: date) -> str | None:
        """Why a figure of that day would be made of nothing; never asked of what is said today."""
        if day == self.scope.as_of:
            return None
        metric, tenant = subject
        tenants = frozenset(t.id for t in self.scope.tenants if tenant in {None, t.id})
        return self._beginnings.why_unknown(self.catalogue.metrics[metric], tenants, day)
