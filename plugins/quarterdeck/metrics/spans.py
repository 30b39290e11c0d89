"""Which time a metric's figures speak of: read off its SQL, as its contract says how a period is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlglot import expressions as exp

if TYPE_CHECKING:
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Metric

Span = Literal["month_to_date", "full_months", "day"]
_SUMMABLE = {"money", "count", "units"}


def span_of(catalogue: Catalogue, metric: Metric) -> Span:
    """The time of a metric's figures.

    ``month_to_date``: its query answers no period, so it is the running month up to the as-of day.
    ``day``: the period that it answers ends on (or after) ``period.as_of``. ``full_months``: any other.
    """
    answered = _answers(catalogue, metric)
    if "period_end" not in answered:
        return "month_to_date"
    columns = {column.name for column in answered["period_end"].find_all(exp.Column)}
    return "day" if "as_of" in columns else "full_months"


def adds_up(catalogue: Catalogue, metric: Metric) -> bool:
    """Whether its figures of several businesses or days add up: an amount or a number, and no quotient."""
    return metric.unit in _SUMMABLE and "denominator" not in _answers(catalogue, metric)


def _answers(catalogue: Catalogue, metric: Metric) -> dict[str, exp.Expression]:
    """What the query answers, by the name of the column."""
    tree = catalogue.statements[metric.query.path].tree
    while isinstance(tree, exp.SetOperation | exp.Subquery):
        tree = tree.this
    return {part.alias_or_name: part for part in tree.selects} if isinstance(tree, exp.Query) else {}
