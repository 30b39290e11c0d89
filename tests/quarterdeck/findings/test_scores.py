"""``action_score`` of metrics.md: severity 1, 3, 6, 10 x reach (at most 10) / days; ties: severity, id."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.findings.definition import Rule
from quarterdeck.findings.history import with_history
from quarterdeck.findings.recommendations import action_score, recommend

if TYPE_CHECKING:
    from quarterdeck.findings.definition import Effort, Severity

DAY = date(2026, 3, 31)


def rule(name: str, severity: str, effort: str) -> Rule:
    advice = {"action": "a", "owner": "o", "due_in_days": 1, "effort": effort, "expected_effect": "e"}
    return Rule.model_validate(
        {
            "id": name, "category": "c", "title": name, "severity": severity, "for_each": "tenant",
            "when": "gap > 0", "evidence": ["gap"], "description": "d", "impact": "i",
            "recommendation": advice,
        }
    )  # fmt: skip


def found(of: Rule, rows: int | None, *, currency: str = "") -> dict[str, Any]:
    behind = None if rows is None else {"table": "t", "keys": [], "count": rows}
    return {
        "id": f"{of.id}:t{currency}", "rule": of.id, "tenant": "t", "category": "c", "severity": of.severity,
        "title": of.id, "description": "d", "impact": "i", "evidence": [], "rows": behind,
    }  # fmt: skip


def ranked(*of: tuple[Rule, int | None]) -> list[tuple[str, str, int]]:
    told = with_history([found(one, rows) for one, rows in of], [], as_of=DAY)
    advice = recommend(told, [one for one, _ in of], None, as_of=DAY, owners={})
    return [(one["id"].partition(":")[0], str(one["score"]), one["reach"]) for one in advice]


@pytest.mark.parametrize(
    ("severity", "reach", "effort", "score"),
    [
        ("low", 1, "large", "0.2"),  # 1 x 1 / 5
        ("medium", 7, "medium", "10.5"),  # 3 x 7 / 2
        ("high", 3, "small", "36.0"),  # 6 x 3 / 0.5
        ("critical", 10, "small", "200.0"),  # 10 x 10 / 0.5, the most there is
    ],
)
def test_severity_times_reach_over_days(severity: Severity, reach: int, effort: Effort, score: str) -> None:
    assert action_score(severity, reach, effort) == Decimal(score)


def test_the_highest_score_comes_first_whatever_its_severity() -> None:
    many = rule("tidy", "low", "small"), 8  # 1 x 8 / 0.5 = 16
    few = rule("leak", "high", "medium"), 2  # 6 x 2 / 2 = 6
    assert ranked(few, many) == [("tidy", "16.0", 8), ("leak", "6.0", 2)]


def test_ties_go_to_the_worse_then_to_the_first_id() -> None:
    # 3 x 4 / 2 = 6, 6 x 2 / 2 = 6 twice.
    medium, b, a = rule("m", "medium", "medium"), rule("b", "high", "medium"), rule("a", "high", "medium")
    assert ranked((medium, 4), (b, 2), (a, 2)) == [("a", "6.0", 2), ("b", "6.0", 2), ("m", "6.0", 4)]


def test_reach_is_at_least_one_and_at_most_ten() -> None:
    # Without rows of its own, with none left in the table, and with 500.
    unnamed, none_left = rule("a", "low", "medium"), rule("b", "low", "medium")
    huge = rule("c", "low", "medium")
    told = ranked((unnamed, None), (none_left, 0), (huge, 500))
    assert told == [("c", "5.0", 10), ("a", "0.5", 1), ("b", "0.5", 1)]


def test_the_rows_of_all_its_findings_count() -> None:
    of = rule("a", "high", "medium")
    told = with_history([found(of, 2), found(of, 3, currency=":EUR")], [], as_of=DAY)
    [advice] = recommend(told, [of], None, as_of=DAY, owners={})
    assert (advice["reach"], advice["score"]) == (5, Decimal("15.0"))  # 6 x 5 / 2
