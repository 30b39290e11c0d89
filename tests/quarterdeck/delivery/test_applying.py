"""Events on an emulated ledger: any order, any number of times, each recipient by what was said of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.delivery.applying import Applied, UnknownDeliveryError, apply_event
from quarterdeck.delivery.events import Kind, MailEvent, RefusedEventError
from quarterdeck.delivery.ledger import LostClaimError
from quarterdeck.delivery.plan import DeliveryKey
from quarterdeck.delivery.states import State
from quarterdeck.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from quarterdeck.delivery.ledger import Ledger
    from quarterdeck.delivery.rows import Row

X, Y = "x@x.example", "oversight@y.example"
AT = datetime(2026, 5, 10, 12, 1, tzinfo=UTC)


def key_of(report: str = "cfo", recipient: str = X) -> DeliveryKey:
    return DeliveryKey("harbor", report, "2026-05-09", recipient, "scheduled")


def sending(ledger: Ledger, key: DeliveryKey, bcc: str = "") -> Row:
    row = ledger.claim(ledger.plan(key, mode="send", payload_hash="abc", bcc=bcc or None), "me", bcc=bcc)
    return ledger.move(row, State.SENDING, attempt=1)


def accepted(ledger: Ledger, key: DeliveryKey, bcc: str = "") -> Row:
    return ledger.move(sending(ledger, key, bcc), State.ACCEPTED, message_id="m-1")


def event(key: DeliveryKey, kind: Kind, *whom: str, seconds: float = 0, **more: Any) -> MailEvent:
    """``event_id`` is that of another event where kind, mail, people or second differ, as SES's would."""
    people = whom or (key.recipient,)
    message_id = more.get("message_id", "m-1")
    facts: dict[str, Any] = {
        "kind": kind,
        "message_id": message_id,
        "at": AT + timedelta(seconds=seconds),
        "recipients": dict.fromkeys(people, "5.1.1" if "bounce" in kind else ""),
        "event_id": f"{kind}{seconds}{message_id}{people}",
        "delivery_id": key.delivery_id,
        "portfolio": "harbor",
        "code": {Kind.BOUNCE: "Permanent/General", Kind.SOFT_BOUNCE: "Transient/General"}.get(kind, ""),
        "raw": "{}",
    }
    return MailEvent(**{**facts, **more})


def apply(ledger: Ledger, *events: MailEvent) -> Applied:
    found = [apply_event(one, ledger, "harbor") for one in events]
    return found[-1]


def state(ledger: Ledger, key: DeliveryKey) -> str:
    row = ledger.get(key)
    assert row is not None
    return str(row.state)


def oversight_state(ledger: Ledger, key: DeliveryKey) -> str:
    row = ledger.oversight_of(key)
    assert row is not None
    return str(row.state)


def test_a40_a_bounce_after_the_delivery_counts(ledger: Ledger) -> None:
    key = key_of()
    accepted(ledger, key)
    told = apply(ledger, event(key, Kind.DELIVERY), event(key, Kind.BOUNCE, seconds=17)).told
    assert state(ledger, key) == "bounced"
    assert told[0].row.error_code == "Permanent/General 5.1.1"
    assert told[0].delivered_at == "2026-05-10T12:01:00.000+00:00"  # by SES's clock, not by ours


def test_a40_a_late_delivery_erases_no_complaint(ledger: Ledger) -> None:
    key = key_of()
    accepted(ledger, key)
    apply(ledger, event(key, Kind.COMPLAINT, seconds=9), event(key, Kind.DELIVERY, seconds=2))
    assert state(ledger, key) == "complained"


@pytest.mark.parametrize("before", [State.SENDING, State.UNKNOWN, State.RETRYING])
def test_a40_a_bounce_before_the_send_is_recorded_is_applied(ledger: Ledger, before: State) -> None:
    key = key_of()
    row = sending(ledger, key)
    if before is not State.SENDING:
        row = ledger.move(row, before, error_code="ReadTimeoutError")
    apply(ledger, event(key, Kind.BOUNCE))
    bounced = ledger.get(key)
    assert bounced is not None
    assert (bounced.state, bounced.message_id) == (State.BOUNCED, "m-1")
    assert [entry["state"] for entry in bounced.history][-2:] == ["accepted", "bounced"]
    if before is State.RETRYING:  # the worker that would ask again has lost the row
        with pytest.raises(LostClaimError):
            ledger.move(row, State.SENDING)
    else:  # an answer that comes now changes nothing and fails nobody
        assert ledger.move(row, State.ACCEPTED, message_id="m-1").state is State.BOUNCED


ORDERS = {
    "bounced": (Kind.SEND, Kind.DELIVERY, Kind.BOUNCE),
    "complained": (Kind.COMPLAINT, Kind.DELIVERY, Kind.BOUNCE),
    "delivered": (Kind.DELAY, Kind.SOFT_BOUNCE, Kind.DELIVERY),
    "refused": (Kind.SEND, Kind.REJECT, Kind.REJECT),
}


@pytest.mark.parametrize("outcome", ORDERS)
def test_a40_any_order_of_the_same_events_ends_the_same(ledger: Ledger, outcome: str) -> None:
    ends = set()
    for number, order in enumerate(list(permutations(enumerate(ORDERS[outcome])))[::2]):
        key = key_of(f"r{number}")
        (accepted if number % 2 else sending)(ledger, key)
        apply(ledger, *(event(key, kind, seconds=second) for second, kind in order))
        row = ledger.get(key)
        assert row is not None
        ends.add((row.state, row.error_code, row.message_id))
    assert {str(end[0]) for end in ends} == {outcome}
    assert len(ends) == 1


def test_a41_the_same_bounce_again_is_one_bounce(ledger: Ledger) -> None:
    """20 sent; one bounce comes 9 times. (Under a new SNS id it is the same event: ``test_events``.)"""
    keys = [key_of(recipient=f"{number}@x.example") for number in range(20)]
    for key in keys:
        accepted(ledger, key)
    found = [apply(ledger, event(keys[7], Kind.BOUNCE)) for _ in range(9)]
    states = [state(ledger, key) for key in keys]
    assert states.count("bounced") / len(states) == 0.05
    assert [applied.suppressed for applied in found] == [1] + [0] * 8
    assert [applied.is_new for applied in found] == [True] + [False] * 8
    assert len(ledger.suppressions.all("harbor")) == 1
    row = ledger.get(keys[7])
    assert row is not None
    assert [entry["state"] for entry in row.history].count("bounced") == 1


def test_a42_an_out_of_office_reply_suppresses_nobody(ledger: Ledger, make_plan: Any, desk: Any) -> None:
    monday = make_plan(recipients=("ooo@x.example",))
    assert desk.states(monday) == ["accepted"]
    key = monday.deliveries()[0]
    for kind in ("Undetermined/Undetermined", "Transient/General"):
        apply(ledger, event(key, Kind.SOFT_BOUNCE, code=kind, event_id=kind))
    row = ledger.get(key)
    assert row is not None
    assert (row.state, row.error_code) == (State.DELAYED, "Undetermined/Undetermined 5.1.1")
    assert [fact.kind for fact in ledger.facts.of(key.delivery_id)] == ["soft bounce"] * 2
    assert not ledger.suppressions.has("harbor", "ooo@x.example")
    tuesday = make_plan(recipients=("ooo@x.example",), as_of=monday.today, today=monday.today + timedelta(1))
    assert desk.states(tuesday) == ["accepted"]


def test_a44_a_bounce_is_of_whom_it_names(ledger: Ledger) -> None:
    """One mail to x with y in blind copy: delivered to x, bounced for y."""
    key = key_of()
    accepted(ledger, key, Y)
    apply(ledger, event(key, Kind.DELIVERY), event(key, Kind.BOUNCE, Y, seconds=3))
    assert (state(ledger, key), oversight_state(ledger, key)) == ("delivered", "bounced")
    assert not ledger.suppressions.has("harbor", X)
    assert ledger.suppressions.has("harbor", Y)


def test_a44_the_blind_copys_bounce_alone_says_that_the_mail_was_taken(ledger: Ledger) -> None:
    key = key_of()
    ledger.move(sending(ledger, key, Y), State.UNKNOWN, error_code="ReadTimeoutError")
    apply(ledger, event(key, Kind.BOUNCE, Y))
    assert (state(ledger, key), oversight_state(ledger, key)) == ("accepted", "bounced")


@pytest.mark.parametrize("kind", [Kind.SEND, Kind.DELIVERY])
def test_an_unknown_send_is_settled_by_its_tag(ledger: Ledger, kind: Kind) -> None:
    key = key_of()
    ledger.move(sending(ledger, key, Y), State.UNKNOWN, error_code="ReadTimeoutError")
    told = apply(ledger, event(key, kind, X, Y, message_id="m-9")).told
    settled = told[0].row
    assert settled.state is (State.ACCEPTED if kind is Kind.SEND else State.DELIVERED)
    assert (settled.message_id, settled.error_code) == ("m-9", "")
    assert oversight_state(ledger, key) == settled.state
    assert "an SES event says so" in settled.history[-1]["reason"]


def test_an_untagged_event_is_found_by_the_mails_id(ledger: Ledger) -> None:
    key = key_of()
    accepted(ledger, key)
    untagged = event(key, Kind.BOUNCE, delivery_id="", portfolio="")
    with pytest.raises(UnknownDeliveryError, match="no tag"):
        apply(ledger, untagged)
    apply(ledger, event(key, Kind.SEND), untagged)
    assert state(ledger, key) == "bounced"


@pytest.mark.parametrize(
    ("more", "error", "reason"),
    [
        ({"delivery_id": "nobodys"}, UnknownDeliveryError, "not in the ledger"),
        ({"portfolio": "quay"}, RefusedEventError, "another portfolio"),
        ({"recipients": {"stranger@z.example": ""}}, RefusedEventError, "names nobody"),
        ({"raw": "x" * 300_001}, RefusedEventError, "larger"),
        ({"recipients": {X: ""} | {f"{n}@z.example": "" for n in range(50)}}, RefusedEventError, "50 recip"),
    ],
)
def test_what_is_not_ours_changes_nothing(
    ledger: Ledger, more: dict[str, Any], error: type[DeliveryError], reason: str
) -> None:
    key = key_of()
    accepted(ledger, key)
    with pytest.raises(error, match=reason):
        apply(ledger, event(key, Kind.BOUNCE, **more))
    assert state(ledger, key) == "accepted"
    assert ledger.suppressions.all("harbor") == ()


def test_another_portfolios_delivery_is_left_alone(ledger: Ledger) -> None:
    key = key_of()
    accepted(ledger, key)
    with pytest.raises(RefusedEventError, match="its delivery is another portfolio's"):
        apply_event(event(key, Kind.BOUNCE, portfolio=""), ledger, "quay")


def test_two_ids_of_one_delivery_are_a_duplicate(ledger: Ledger) -> None:
    key = key_of()
    accepted(ledger, key)
    assert not apply(ledger, event(key, Kind.SEND)).duplicate
    assert apply(ledger, event(key, Kind.SEND, message_id="m-2")).duplicate


@pytest.mark.parametrize("told", [State.CANCELLED, State.REFUSED])
def test_a_mail_that_the_ledger_says_never_left_is_a_contradiction(ledger: Ledger, told: State) -> None:
    key = key_of()
    row = sending(ledger, key)
    row = row if told is State.REFUSED else ledger.move(row, State.UNKNOWN)
    ledger.move(row, told)
    applied = apply(ledger, event(key, Kind.DELIVERY))
    assert applied.contradiction
    assert state(ledger, key) == told
    assert [fact.kind for fact in ledger.facts.of(key.delivery_id)] == [Kind.DELIVERY]


def test_a_consumer_that_died_half_way_is_finished_by_the_next(ledger: Ledger) -> None:
    """The fact was kept, and nothing else: the message comes again, for it was not deleted."""
    key = key_of()
    accepted(ledger, key)
    bounce = event(key, Kind.BOUNCE)
    assert ledger.facts.add(key.delivery_id, bounce, ledger.clock())
    applied = apply(ledger, bounce)
    assert (applied.is_new, applied.suppressed) == (False, 1)
    assert state(ledger, key) == "bounced"


def test_a_sender_that_writes_in_between_costs_nothing(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = key_of()
    row = sending(ledger, key)
    real: Callable[..., Row] = ledger.move

    def first_the_sender(before: Row, target: State, reason: str = "", **facts: Any) -> Row:
        monkeypatch.setattr(ledger, "move", real)
        real(row, State.UNKNOWN, error_code="ReadTimeoutError")
        return real(before, target, reason, **facts)

    monkeypatch.setattr(ledger, "move", first_the_sender)
    apply(ledger, event(key, Kind.DELIVERY))
    assert state(ledger, key) == "delivered"


def test_a_lifted_address_is_mailed_again_until_it_bounces_again(ledger: Ledger, clock: Any) -> None:
    held = ledger.suppressions
    assert held.add("harbor", X, because="bounce", code="Permanent/General 5.1.1", since=AT)
    clock.move(7200)  # 14:00
    held.lift("harbor", " X@x.example", "the mailbox was made anew")
    assert not held.has("harbor", X)
    assert not held.add("harbor", X, because="bounce", code="the same event again", since=AT)
    (known,) = held.all("harbor")
    assert (known.because, known.lifted_because) == ("bounce", "the mailbox was made anew")
    with pytest.raises(DeliveryError, match="found none with the hash"):
        held.lift("harbor", X, "twice")
    assert held.add("harbor", X, because="bounce", code="Permanent", since=AT + timedelta(hours=3))
    assert held.has("harbor", X)
    assert not held.has("quay", X)  # each portfolio for itself
