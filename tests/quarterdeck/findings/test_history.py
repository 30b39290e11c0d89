from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from quarterdeck.findings.definition import Rule
from quarterdeck.findings.history import with_history
from quarterdeck.findings.recommendations import closed, recommend


def _finding(name: str, severity: str = "high", description: str = "today") -> dict[str, Any]:
    rule, _, tenant = name.partition(":")
    return {
        "id": name,
        "rule": rule,
        "tenant": tenant or None,
        "category": "cash",
        "severity": severity,
        "title": rule,
        "description": description,
        "impact": "impact",
        "evidence": [{"metric": "gap", "text": f"{description} 430.00"}],
    }


FIRST, SECOND, FIFTH = date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 3)


def _short(findings: list[dict[str, Any]]) -> list[tuple[str, str, str, int]]:
    return [(f["id"], f["status"], f["since"], f["days_open"]) for f in findings]


def test_new_persisting_resolved_and_new_again() -> None:
    first = with_history([_finding("a:t")], [], as_of=FIRST)
    assert _short(first) == [("a:t", "new", "2026-02-27", 0)]
    second = with_history([_finding("a:t")], first, as_of=SECOND)
    assert _short(second) == [("a:t", "persisting", "2026-02-27", 1)]
    third = with_history([], second, as_of=FIFTH)  # 27 Feb to 3 Mar 2026: 4 days
    assert _short(third) == [("a:t", "resolved", "2026-02-27", 4)]
    assert with_history([], third, as_of=FIFTH) == []
    assert _short(with_history([_finding("a:t")], third, as_of=FIFTH)) == [("a:t", "new", "2026-03-03", 0)]


def test_what_can_t_be_checked_today_does_not_vanish() -> None:
    first = with_history([_finding("a:t", description="then"), _finding("b:t")], [], as_of=FIRST)
    lost = with_history([], first, as_of=SECOND, unanswered={"a:t": "cash: no figure", "z:t": "never fired"})
    assert _short(lost) == [("a:t", "persisting", "2026-02-27", 1), ("b:t", "resolved", "2026-02-27", 1)]
    assert lost[0]["description"] == "then"
    assert [f["unchecked"] for f in lost] == ["cash: no figure", None]
    back = with_history([_finding("a:t", description="now")], lost, as_of=FIFTH)
    assert _short(back) == [("a:t", "persisting", "2026-02-27", 4)]
    assert (back[0]["description"], back[0]["unchecked"]) == ("now", None)


def test_open_ones_first_then_the_worst() -> None:
    before = with_history([_finding("gone:t", "critical")], [], as_of=FIRST)
    findings = [_finding("b:t", "low"), _finding("a:t", "low"), _finding("c:t", "critical")]
    told = with_history(findings, before, as_of=SECOND)
    assert [f["id"] for f in told] == ["c:t", "a:t", "b:t", "gone:t"]


def _rule(name: str, **advice: Any) -> Rule:
    return Rule.model_validate(
        {
            "id": name,
            "category": "cash",
            "title": name,
            "severity": "high",
            "for_each": "tenant",
            "when": "gap > 0",
            "evidence": ["gap"],
            "description": "d",
            "impact": "i",
            "recommendation": {
                "action": "Invoice {{ gap }}",
                "owner": "billing",
                "due_in_days": 7,
                "effort": "small",
                "expected_effect": "{{ gap }} comes in",
                **advice,
            },
        }
    )


def _payload(advice: list[dict[str, Any]], over: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"recommendations": advice, "closed_recommendations": over or []}


def test_editions_in_a_row_are_counted() -> None:
    first = with_history([_finding("a:t")], [], as_of=FIRST)
    second = with_history([_finding("a:t")], first, as_of=SECOND)
    third = with_history([], second, as_of=FIFTH, unanswered={"a:t": "no figure"})
    assert [told[0]["editions"] for told in (first, second, third)] == [1, 2, 3]


def test_a_recommendation_closes_and_reopens_with_a_due_day_of_its_own() -> None:
    rules = [_rule("a")]
    held = with_history([_finding("a:t")], [], as_of=FIRST)
    advice = recommend(held, rules, None, as_of=FIRST, owners={})
    assert closed(advice, None, as_of=FIRST) == []
    over = with_history([], held, as_of=SECOND)
    none_left = recommend(over, rules, _payload(advice), as_of=SECOND, owners={})
    ended = closed(none_left, _payload(advice), as_of=SECOND)
    assert (none_left, [(one["id"], one["closed_on"]) for one in ended]) == ([], [("a:t", "2026-02-28")])
    back = with_history([_finding("a:t")], over, as_of=FIFTH)
    [again] = recommend(back, rules, _payload([], ended), as_of=FIFTH, owners={})
    told = (again["first_said"], again["reopened_on"], again["since"], again["due"], again["days_open"])
    assert told == ("2026-02-27", "2026-03-03", "2026-03-03", "2026-03-10", 0)
    assert closed([again], _payload([], ended), as_of=FIFTH) == []
    [later] = recommend(
        with_history([_finding("a:t")], back, as_of=date(2026, 3, 4)), rules, _payload([again]),
        as_of=date(2026, 3, 4), owners={},
    )  # fmt: skip
    assert (later["first_said"], later["reopened_on"], later["days_open"]) == ("2026-02-27", "2026-03-03", 1)


def test_one_that_was_closed_long_ago_is_forgotten() -> None:
    ended = [{"id": "a:t", "closed_on": "2026-02-27", "since": "2026-02-20"}]
    assert closed([], _payload([], ended), as_of=date(2027, 2, 28)) == ended
    assert closed([], _payload([], ended), as_of=date(2027, 3, 1)) == []


def test_the_money_of_its_findings_is_added_up_by_currency() -> None:
    def stake(name: str, value: str, unit: str, currency: str | None) -> dict[str, Any]:
        what = {"metric": "gap", "value": value, "unit": unit, "currency": currency}
        return {**_finding(name), "tenant": "t", "at_stake": what}

    told = with_history(
        [stake("a:t", "430.10", "money", "USD"), stake("a:t:USD", "0.90", "money", "USD"),
         stake("a:t:EUR", "5.00", "money", "EUR"), stake("a:t:x", "7", "days", None)], [], as_of=FIRST,
    )  # fmt: skip
    [advice] = recommend(told, [_rule("a")], None, as_of=FIRST, owners={})
    sums = [(str(one["value"]), one["currency"]) for one in advice["at_stake"]]
    assert sums == [("5.00", "EUR"), ("431.00", "USD")]


def test_a_recommendation_keeps_its_day_and_follows_the_figures() -> None:
    rules, owners = [_rule("a")], {"billing": "Back office"}
    first = with_history([_finding("a:t")], [], as_of=FIRST)
    advice = recommend(first, rules, None, as_of=FIRST, owners=owners)
    assert advice == [
        {
            "id": "a:t",
            "tenant": "t",
            "severity": "high",
            "action": "Invoice today 430.00",
            "owner": "Back office",
            "since": "2026-02-27",
            "due": "2026-03-06",  # seven days on, over the end of February
            "days_open": 0,
            "effort": "small",
            "effort_days": Decimal("0.5"),
            "reach": 1,
            "score": Decimal("12.0"),  # high 6 x 1 row / 0.5 days
            "expected_effect": "today 430.00 comes in",
            "findings": ["a:t"],
            "first_said": "2026-02-27",
            "reopened_on": None,
            "at_stake": [],
        }
    ]
    later = with_history([_finding("a:t", description="later")], first, as_of=FIFTH)
    [again] = recommend(later, rules, _payload(advice), as_of=FIFTH, owners=owners)
    assert (again["due"], again["days_open"], again["action"]) == ("2026-03-06", 4, "Invoice later 430.00")
    over = with_history([], later, as_of=FIFTH)
    assert recommend(over, rules, _payload(advice), as_of=FIFTH, owners=owners) == []


def test_one_recommendation_answers_a_tenant_s_findings_of_a_rule() -> None:
    told = with_history(
        [_finding("a:t"), {**_finding("a:t:EUR"), "tenant": "t"}, _finding("a:u")], [], as_of=FIRST
    )
    advice = recommend(told, [_rule("a")], None, as_of=FIRST, owners={})
    assert {one["id"]: one["findings"] for one in advice} == {"a:t": ["a:t", "a:t:EUR"], "a:u": ["a:u"]}
    assert {one["owner"] for one in advice} == {"billing"}


def test_no_advice_without_its_rule() -> None:
    told = with_history([_finding("a:t")], [], as_of=FIRST)
    assert recommend(told, [_rule("b")], None, as_of=FIRST, owners={}) == []
