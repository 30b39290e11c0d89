"""What a plan is made of: recipients once each, blind copies, age, previews."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from quarterdeck.delivery.plan import Outcome, summary
from quarterdeck.delivery.states import State


def test_a_recipient_listed_twice_is_one(make_plan: Any) -> None:
    plan = make_plan(recipients=("b@x.example", "a@x.example", "B@X.example "))
    assert [key.recipient for key in plan.deliveries()] == ["b@x.example", "a@x.example"]


def test_the_blind_copy_costs_one_recipient_and_is_never_sent_to_the_recipient_twice(make_plan: Any) -> None:
    plan = make_plan(oversight="audit@y.example")
    assert (plan.bcc_for("a@x.example"), plan.envelope_size("a@x.example")) == ("audit@y.example", 2)
    assert (plan.bcc_for("Audit@y.example"), plan.envelope_size("Audit@y.example")) == (None, 1)


def test_ids_are_derived_and_differ_by_day_purpose_report_portfolio_and_recipient(make_plan: Any) -> None:
    plans = [
        make_plan(),
        make_plan(as_of=date(2026, 5, 8)),
        make_plan(purpose="correction:1"),
        make_plan(report="ceo"),
        make_plan(portfolio="other"),
        make_plan(recipients=("b@x.example",)),
    ]
    ids = [plan.deliveries()[0].delivery_id for plan in plans]
    assert len(set(ids)) == len(ids)
    assert ids[0] == make_plan().deliveries()[0].delivery_id


@pytest.mark.parametrize(
    ("today", "purpose", "too_old"),
    [
        (date(2026, 5, 10), "scheduled", False),  # the first day it can go out
        (date(2026, 5, 13), "scheduled", False),  # 3 days later: the last
        (date(2026, 5, 14), "scheduled", True),
        (date(2026, 5, 14), "correction:1", True),
        (date(2026, 5, 14), "resend:1", False),
    ],
)
def test_age(today: date, purpose: str, too_old: bool, make_plan: Any) -> None:
    assert make_plan(today=today, purpose=purpose).too_old is too_old


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "urgent"},
        {"purpose": "correction:0"},
        {"purpose": "preview:abcdef01"},  # in mode send
        {"mode": "preview"},  # for purpose scheduled
        {"mode": "preview", "purpose": "preview:abcdef01", "oversight": "audit@y.example"},
        {"mode": "preview", "purpose": "preview:abcdef01", "oversight": None, "recipients": ("a@x", "b@x")},
    ],
)
def test_what_may_not_be_asked_for(wrong: dict[str, Any], make_plan: Any) -> None:
    with pytest.raises(ValueError, match=r"expected|go together|alone"):
        make_plan(**wrong)


def test_a_summary_counts_states_and_tells_what_was_there_before() -> None:
    outcomes = [
        Outcome("1", "h", State.ACCEPTED, ""),
        Outcome("2", "h", State.ACCEPTED, "already accepted", already=True),
        Outcome("3", "h", State.UNKNOWN, ""),
        Outcome("4", "h", State.ACCEPTED, ""),
    ]
    assert summary(outcomes) == {"accepted": 2, "already accepted": 1, "unknown": 1}
    assert outcomes[0].as_json()["state"] == "accepted"
