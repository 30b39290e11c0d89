"""One KPI has one value in all reports of a day: where two reports differ, the editions are held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quarterdeck.lake.documents import from_bytes
from quarterdeck.lake.editions import PAYLOAD
from quarterdeck.quality.definition import Check, Verdict, verdict_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from quarterdeck.steps.resources import Day

# metric, whose (a tenant, or all of a scope), currency
_Subject = tuple[str, tuple[str, ...], str | None]
_Answers = dict[_Subject, str]


@dataclass(frozen=True)
class Told:
    """What a report of the day says: in this run, or (``archived``) in its edition of before."""

    report: str
    answers: Mapping[_Subject, str]
    archived: bool = False


def reconciled(day: Day, conclusions: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The conclusions, with a check of each figure that another report of the day has otherwise.

    Compared are the figures of this run's reports with each other, and with the newest edition of the day's
    other reports. A figure of several tenants is compared where both reports speak of the same ones.
    """
    told = [
        Told(report, _answers(conclusion["figures"], conclusion["said"], "metric"))
        for report, conclusion in conclusions.items()
    ]
    told += _archived(day, [report for report in day.config.reports if report not in conclusions])
    return {
        report: _checked(conclusion, differences(report, told)) for report, conclusion in conclusions.items()
    }


def differences(report: str, told: Iterable[Told]) -> tuple[Check, ...]:
    """A check that did not pass for each figure that the report has otherwise than another one."""
    every = list(told)
    own = next(one for one in every if one.report == report)
    checks: list[Check] = []
    for other in every:
        both = own.answers.keys() & other.answers.keys() if other is not own else frozenset()
        for subject in sorted(both, key=str):
            if own.answers[subject] != other.answers[subject]:
                checks.append(_difference(subject, own, other))
    return tuple(checks)


def _difference(subject: _Subject, own: Told, other: Told) -> Check:
    metric, whose, currency = subject
    where = f"the edition of {other.report} that is archived" if other.archived else f"report {other.report}"
    advice = "; run both reports together" if other.archived else ""
    of = f"{metric} of {whose[0] if len(whose) == 1 else 'the portfolio'}" + f" in {currency}" * bool(
        currency
    )
    return Check(
        subject="reports",
        tenant=None,
        title=(
            f"{of} is {own.answers[subject]} in report {own.report} and {other.answers[subject]} in {where}"
            f"{advice}"
        ),
        outcome="fail",
        on_fail="hold",
    )


def _checked(conclusion: dict[str, Any], found: tuple[Check, ...]) -> dict[str, Any]:
    if not found:
        return conclusion
    verdict = verdict_of((*Verdict.from_json(conclusion["verdict"]).checks, *found))
    return {**conclusion, "verdict": verdict.as_json()}


def _archived(day: Day, reports: Iterable[str]) -> Iterator[Told]:
    for report in reports:
        revisions = day.archive.revisions(day.run.as_of, report)
        if revisions:
            payload = from_bytes(day.archive.read(revisions[-1], PAYLOAD))
            said = [tenant["id"] for tenant in payload["scope"]["tenants"]]
            # A line without a value may be one that the report could not ask for (no lead tenant, say).
            lines = [line for line in payload["kpis"] if line.get("missing") is None]
            yield Told(report, _answers(lines, said, "id"), archived=True)


def _answers(figures: Iterable[Mapping[str, Any]], said: Iterable[str], name: str) -> _Answers:
    """What is said of each figure, as text: a value of the lake and one of a payload compare alike."""
    whole = tuple(sorted(said))
    return {
        (figure[name], whole if figure["tenant"] is None else (figure["tenant"],), figure["currency"]): (
            f"missing ({figure['missing']})" if figure.get("missing") is not None else str(figure["value"])
        )
        for figure in figures
    }
