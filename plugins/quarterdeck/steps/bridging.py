"""Which comparisons a report's figures are explained for, and their movements over the open scope."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from quarterdeck.metrics.bridging import Bridging, Question
from quarterdeck.metrics.history import comparisons, month_ends
from quarterdeck.metrics.spans import span_of
from quarterdeck.steps.fingerprints import ingredients_hash
from quarterdeck.steps.trending import subjects_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from quarterdeck.metrics.bridging import Seen
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.history import Subject
    from quarterdeck.metrics.scope import Scope
    from quarterdeck.settings.definition import Report
    from quarterdeck.steps.resources import Day


def movements_of(
    day: Day, report: Report, scope: Scope, catalogue: Catalogue, since: date | None
) -> list[dict[str, Any]]:
    """As JSON, of every KPI line that has a bridge: since the day of the last edition (None: there is none),
    and against the same days of the month and of the year before.
    """
    subjects = dict.fromkeys(subjects_of(report, scope, catalogue))
    questions = [
        question
        for subject in subjects
        if subject[0] in catalogue.bridges
        for question in _questions(subject, scope, catalogue, since)
    ]
    if not questions:
        return []
    seen = _seen(ingredients_hash(day, scope.snapshots.values()), scope.as_of)
    return [movement.as_json() for movement in Bridging(scope, catalogue, seen).answer(questions)]


@lru_cache(maxsize=4)
def _seen(ingredients: str, as_of: date) -> Seen:  # noqa: ARG001 - the key
    """Reports over the same snapshots share what they have seen."""
    return {}


def _questions(
    subject: Subject, scope: Scope, catalogue: Catalogue, since: date | None
) -> Iterator[Question]:
    as_of = scope.as_of
    if since is not None:
        yield Question(*subject, "previous_edition", as_of, since)
    span = span_of(catalogue, catalogue.metrics[subject[0]])
    pairs, ends = comparisons(as_of), month_ends(as_of)
    if span == "full_months":
        yield Question(*subject, "month_before", as_of, ends[-2])
        yield Question(*subject, "year_before", as_of, ends[0])
        return
    for against in ("month_before", "year_before"):
        now = pairs[against].now if span == "month_to_date" else as_of
        yield Question(*subject, against, now, pairs[against].then)
