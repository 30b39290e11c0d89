"""The table of transitions: complete, reachable, and what the documentation shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.delivery.states import (
    CLAIMABLE,
    FINAL,
    LEASED,
    MEANING,
    SENT,
    TRANSITIONS,
    State,
    allowed,
    page,
    reason_for,
)
from quarterdeck.errors import DeliveryError

DOC = Path(__file__).parents[3] / "docs" / "delivery.md"


def test_every_state_has_a_meaning_and_every_step_a_reason() -> None:
    assert set(MEANING) == set(State)
    assert all(transition.reason for transition in TRANSITIONS)
    assert len({(t.source, t.target) for t in TRANSITIONS}) == len(TRANSITIONS)


def test_every_state_can_be_reached_from_planned() -> None:
    reached, frontier = {State.PLANNED}, {State.PLANNED}
    while frontier:
        frontier = {t.target for t in TRANSITIONS if t.source in frontier} - reached
        reached |= frontier
    assert reached == set(State)


def test_final_states_have_no_way_out() -> None:
    assert not [t for t in TRANSITIONS if t.source in FINAL]


def test_what_was_sent_or_may_have_been_is_never_sent_again() -> None:
    for start in SENT | {State.UNKNOWN}:
        reached, frontier = {start}, {start}
        while frontier:
            frontier = {t.target for t in TRANSITIONS if t.source in frontier} - reached
            reached |= frontier
        assert not reached & ({State.SENDING, State.CLAIMED, State.RETRYING} | CLAIMABLE), start


def test_sending_is_never_taken_over() -> None:
    assert not allowed(State.SENDING, State.CLAIMED)
    assert not allowed(State.SENDING, State.PLANNED)
    assert State.SENDING not in LEASED | CLAIMABLE


def test_a_step_that_is_not_allowed_says_which_are() -> None:
    with pytest.raises(DeliveryError, match=r"accepted.*bounced.*planned was asked for"):
        reason_for(State.ACCEPTED, State.PLANNED)


def test_the_documentation_shows_this_table() -> None:
    assert page() in DOC.read_text()
