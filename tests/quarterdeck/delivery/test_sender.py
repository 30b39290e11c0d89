"""One edition to its recipients, through a real boto3 client, an emulated ledger and the SES stand-in."""

from __future__ import annotations

import hashlib
import logging
import threading
from datetime import date
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from quarterdeck.delivery.ledger import Ledger, LedgerEpochMissingError
from quarterdeck.delivery.plan import DeliveryKey, DeliveryPlan, summary
from quarterdeck.delivery.request import SEND_CONFIG
from quarterdeck.delivery.sender import Limits, recipients_needed
from quarterdeck.delivery.states import State
from quarterdeck.errors import DeliveryError, QuarterdeckError

if TYPE_CHECKING:
    from quarterdeck.delivery.rows import Row

ABC = ("a@x.example", "b@x.example", "c@x.example")


def row_of(desk: Any, plan: DeliveryPlan, number: int = 0) -> Row:
    row: Row | None = desk.ledger.get(plan.deliveries()[number])
    assert row is not None
    return row


def test_a_delivery_is_accepted_archived_and_recorded(desk: Any, ses: Any, make_plan: Any) -> None:
    plan = make_plan()
    (outcome,) = desk.deliver(plan)
    row = row_of(desk, plan)
    (data,) = desk.archived.values()
    assert (outcome.state, outcome.message_id) == (State.ACCEPTED, ses.mailed[0]["message_id"])
    assert row.bytes_hash == hashlib.sha256(data).hexdigest()
    assert (ses.state.folder / "raw" / f"{outcome.message_id}.eml").read_bytes() == data
    assert (row.response_code, row.attempt, row.error_code) == (200, 1, "")
    assert [entry["state"] for entry in row.history] == ["claimed", "sending", "accepted"]
    assert ses.mailed[0]["tags"]["delivery_id"] == row.delivery_id


def test_again_it_says_already_accepted_and_mails_nothing(desk: Any, ses: Any, make_plan: Any) -> None:
    plan = make_plan(recipients=ABC)
    first, second = desk.deliver(plan), desk.deliver(plan)
    assert [(o.note, o.already) for o in second] == [("already accepted", True)] * 3
    assert [o.message_id for o in second] == [o.message_id for o in first]
    assert summary(second) == {"already accepted": 3}
    assert ses.mailed_to() == list(ABC)
    assert recipients_needed(plan, desk.ledger) == 0


def test_a33_the_blind_copy_is_in_the_envelope_and_the_ledger_never_in_the_message(
    desk: Any, ses: Any, make_plan: Any
) -> None:
    plan = make_plan(oversight="audit@y.example")
    assert recipients_needed(plan, desk.ledger) == 2
    (outcome,) = desk.deliver(plan)
    assert ses.mailed[0]["envelope"] == ["cfo@x.example", "audit@y.example"]
    data = (ses.state.folder / "raw" / f"{outcome.message_id}.eml").read_bytes()
    assert message_from_bytes(data)["Bcc"] is None
    assert b"audit@" not in data
    copy = desk.ledger.oversight_of(plan.deliveries()[0])
    assert (copy.recipient, copy.state, copy.message_id) == (
        "audit@y.example",
        State.ACCEPTED,
        outcome.message_id,
    )


def test_a36_one_bad_recipient_is_retried_alone(desk: Any, ses: Any, make_plan: Any) -> None:
    """b fails once after a was accepted, the task retries: a 1, b 1, c 1."""
    plan = make_plan(recipients=ABC)
    ses.fault("throttle", recipient="b@x.example")
    assert desk.states(plan, limits=Limits(attempts=1)) == ["accepted", "retrying", "accepted"]
    assert desk.states(plan) == ["accepted", "accepted", "accepted"]
    assert sorted(ses.mailed_to()) == sorted(ABC)


@pytest.mark.parametrize(
    "kind", ["accept_then_silence", "accept_then_reset", "accept_then_500", "accept_then_garbage"]
)
def test_a37_accepted_and_the_answer_lost_is_unknown_and_never_sent_again(
    desk: Any, ses: Any, make_plan: Any, kind: str
) -> None:
    plan = make_plan(oversight="audit@y.example")
    ses.fault(kind)
    assert desk.states(plan) == ["unknown"]
    desk.clock.move(100_000)
    assert desk.states(plan) == ["unknown"]
    assert len(ses.mailed) == 1
    copy = desk.ledger.oversight_of(plan.deliveries()[0])
    assert copy.state is State.UNKNOWN
    # Settled by the event, which bears the delivery's tag and the message id:
    event = ses.mailed[0]
    row = desk.ledger.find(event["tags"]["delivery_id"])
    desk.ledger.move(row, State.ACCEPTED, "Send event", message_id=event["message_id"])
    (outcome,) = desk.deliver(plan)
    assert (outcome.note, outcome.message_id) == ("already accepted", event["message_id"])


@pytest.mark.parametrize("kind", ["silence", "reset", "error_500"])
def test_a37_what_may_have_been_taken_is_unknown_even_if_it_was_not(
    desk: Any, ses: Any, make_plan: Any, kind: str
) -> None:
    ses.fault(kind)
    assert desk.states(make_plan()) == ["unknown"]
    assert desk.states(make_plan()) == ["unknown"]
    assert ses.mailed == []


def test_a37_a_refused_connection_is_safe_to_retry(desk: Any, ses: Any, make_plan: Any) -> None:
    plan = make_plan()
    closed = boto3.client(
        "sesv2",
        endpoint_url="http://127.0.0.1:9",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=SEND_CONFIG,
    )
    (outcome,) = desk.deliver(plan, ses=closed)
    assert (outcome.state, outcome.error_code, outcome.attempt) == (
        State.RETRYING,
        "EndpointConnectionError",
        3,
    )
    assert desk.states(plan) == ["accepted"]
    assert len(ses.mailed) == 1


@pytest.mark.parametrize("kind", ["throttle", "unavailable_503"])
def test_what_was_surely_not_taken_is_asked_again_with_the_same_claim_and_bytes(
    desk: Any, ses: Any, make_plan: Any, kind: str
) -> None:
    plan = make_plan()
    ses.fault(kind, times=2)
    (outcome,) = desk.deliver(plan)
    row = row_of(desk, plan)
    assert (outcome.state, outcome.attempt) == (State.ACCEPTED, 3)
    assert len(desk.composed) == 1
    assert len({entry["claim_id"] for entry in row.history}) == 1
    assert [slept for slept in desk.clock.slept if slept >= 1] == [1.0, 2.0]  # jitter at its most


def test_a_refusal_is_final_and_stops_no_other(desk: Any, ses: Any, make_plan: Any) -> None:
    plan = make_plan(recipients=ABC)
    ses.fault("reject", recipient="a@x.example")
    assert desk.states(plan) == ["refused", "accepted", "accepted"]
    assert desk.states(plan) == ["refused", "accepted", "accepted"]
    assert ses.mailed_to() == ["b@x.example", "c@x.example"]
    assert (row_of(desk, plan).error_code, row_of(desk, plan).response_code) == ("MessageRejected", 400)


class WorkerDied(BaseException):
    """Stands for SIGKILL: nothing catches it, nothing is tidied up."""


def test_a38_killed_after_the_claim(desk: Any, ses: Any, make_plan: Any) -> None:
    plan = make_plan()

    def die(*_: Any) -> bytes:
        raise WorkerDied

    with pytest.raises(WorkerDied):
        desk.deliver(plan, compose_message=die)
    assert row_of(desk, plan).state is State.CLAIMED
    (outcome,) = desk.deliver(plan)  # before the lease ends
    assert outcome.state is State.CLAIMED
    assert "busy" in outcome.note
    assert ses.mailed == []
    desk.clock.move(601)
    assert desk.states(plan) == ["accepted"]
    assert len(ses.mailed) == 1


@pytest.mark.parametrize("taken", [True, False])
def test_a38_killed_in_sending(desk: Any, ses: Any, make_plan: Any, taken: bool) -> None:
    plan = make_plan()

    class Dying:
        meta = desk.client.meta

        def send_email(self, **request: Any) -> Any:
            if taken:
                desk.client.send_email(**request)
            raise WorkerDied

    with pytest.raises(WorkerDied):
        desk.deliver(plan, ses=Dying())
    assert desk.states(plan) == ["sending"]  # before: busy
    desk.clock.move(601)  # the lease is over: sending is never taken over
    assert desk.states(plan) == ["sending"]
    desk.clock.move(400)  # past stale_after: 15 minutes
    assert desk.states(plan) == ["unknown"]
    assert desk.states(plan) == ["unknown"]
    assert len(ses.mailed) == int(taken)
    assert row_of(desk, plan).error_code == "WorkerGone"


def test_a39_what_the_daily_quota_leaves_over_is_deferred(desk: Any, ses: Any, make_plan: Any) -> None:
    """Quota left 5, each mail costs 2 with its BCC: two go, the third waits, and goes the next day."""
    plan = make_plan(recipients=ABC, oversight="audit@y.example")
    assert desk.states(plan, budget=desk.budget(quota_left=5)) == ["accepted", "accepted", "deferred"]
    row = row_of(desk, plan, 2)
    assert (row.error_code, row.history[-1]["state"]) == ("DailyQuotaSpent", "deferred")
    assert desk.states(plan, budget=desk.budget(quota_left=0)) == ["accepted", "accepted", "deferred"]
    assert len(row_of(desk, plan, 2).history) == 1
    assert desk.states(plan, budget=desk.budget(quota_left=50)) == ["accepted"] * 3
    assert ses.mailed_to() == list(ABC)


@pytest.mark.parametrize(
    "setting",
    [
        {"account": {"suspended": True}},
        {"account": {"sending_enabled": False}},
        {"quota": {"max_24_hour_send": 0.0}},
        {"quota": {"max_24_hour_send": 0.0, "daily_error": "LimitExceededException"}},
        {"identities": {"queenofsandiego.example": {"verified": False}}},
        {"identities": {"queenofsandiego.example": {"mail_from_verified": False}}},
    ],
)
def test_what_concerns_the_account_stops_all_and_loses_none(
    desk: Any, ses: Any, make_plan: Any, setting: Any
) -> None:
    plan = make_plan(recipients=ABC)
    ses.control(**setting)
    assert desk.states(plan) == ["deferred"] * 3
    assert [row_of(desk, plan, n).attempt for n in range(3)] == [1, 0, 0]  # asked once, not three times
    desk.clock.move(901)  # what only SES knows is tried again after a quarter of an hour
    ses.control(
        account={"suspended": False, "sending_enabled": True},
        quota={"max_24_hour_send": 100.0},
        identities={"queenofsandiego.example": {"verified": True, "mail_from_verified": True}},
    )
    assert desk.states(plan) == ["accepted"] * 3
    assert ses.mailed_to() == list(ABC)


def test_too_old_is_expired(desk: Any, ses: Any, make_plan: Any) -> None:
    plan = make_plan(today=date(2026, 5, 14))
    assert desk.states(plan) == ["expired"]
    assert desk.states(make_plan()) == ["expired"]
    assert ses.mailed == []


def test_an_older_edition_after_a_newer_one_is_superseded(desk: Any, ses: Any, make_plan: Any) -> None:
    desk.deliver(make_plan(recipients=ABC[:1]))
    older = make_plan(as_of=date(2026, 5, 8), recipients=ABC[:2])
    assert desk.states(older) == ["superseded", "accepted"]  # b has had no newer one
    assert ses.mailed_to() == ["a@x.example", "b@x.example"]


def test_the_baseline_is_this_recipients_last_accepted_edition(desk: Any, make_plan: Any) -> None:
    desk.deliver(make_plan(as_of=date(2026, 5, 7), payload_hash="0707070707070707"))
    desk.deliver(make_plan(as_of=date(2026, 5, 8), mode="preview", purpose="preview:0808080808080808"))
    desk.deliver(make_plan())
    baselines = [claim.last_accepted for claim in desk.composed]
    assert baselines[:2] == [None, None]
    assert (baselines[2].as_of, baselines[2].payload_hash) == ("2026-05-07", "0707070707070707")


def test_a_preview_is_apart_from_the_edition(desk: Any, ses: Any, make_plan: Any) -> None:
    preview = make_plan(
        mode="preview",
        purpose="preview:abcdef0123456789",
        recipients=("preview@x.example",),
        today=date(2027, 1, 1),
    )
    assert desk.states(preview) == ["accepted"]
    assert desk.composed[0].is_preview
    assert ses.mailed[0]["envelope"] == ["preview@x.example"]
    edition = make_plan(recipients=("preview@x.example",))
    assert desk.states(edition) == ["accepted"]  # not satisfied by the preview
    assert len(ses.mailed) == 2


def test_a_correction_and_a_resend_are_deliveries_of_their_own(desk: Any, ses: Any, make_plan: Any) -> None:
    for purpose in ("scheduled", "correction:1", "resend:1", "resend:1"):
        assert desk.states(make_plan(purpose=purpose)) == ["accepted"]
    assert len(ses.mailed) == 3


def test_a_message_that_cannot_be_made_stops_no_other_and_goes_back(
    desk: Any, ses: Any, make_plan: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def compose(recipient: str, claim: Any) -> bytes:
        if recipient == "a@x.example":
            raise KeyError(recipient)
        if recipient == "b@x.example":
            raise QuarterdeckError("expected nothing of other tenants")
        return bytes(desk.compose(recipient, claim))

    plan = make_plan(recipients=ABC)
    with caplog.at_level(logging.INFO):
        assert desk.states(plan, compose_message=compose) == ["planned", "planned", "accepted"]
    assert "KeyError" in caplog.text
    assert "expected nothing of other tenants" in caplog.text
    assert "@" not in caplog.text
    assert desk.states(plan) == ["accepted"] * 3


def test_a_request_that_would_leave_too_late_is_not_sent(desk: Any, ses: Any, make_plan: Any) -> None:
    """The machine slept between writing `sending` and asking: somebody may have called it unknown."""
    ticks = iter([0.0, 31.0, 100.0, 101.0])
    plan = make_plan()
    (outcome,) = desk.deliver(plan, monotonic=lambda: next(ticks))
    row = row_of(desk, plan)
    assert (outcome.state, outcome.attempt) == (State.ACCEPTED, 2)
    assert "TooSlowToAsk" in row.history[2]["reason"]
    assert len(ses.mailed) == 1


def test_two_senders_at_once_mail_once(desk: Any, ses: Any, make_plan: Any) -> None:
    plan = make_plan(recipients=tuple(f"p{n}@x.example" for n in range(6)), oversight="audit@y.example")
    start = threading.Barrier(3)
    outcomes: list[Any] = []

    def worker() -> None:
        start.wait()
        outcomes.append(desk.deliver(plan, ses=ses.client()))

    threads = [threading.Thread(target=worker) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(outcomes) == 3
    assert sorted(ses.mailed_to()) == sorted(plan.recipients)
    assert desk.states(plan) == ["accepted"] * 6


def test_a_claim_lost_while_composing_sends_nothing(desk: Any, ses: Any, make_plan: Any) -> None:
    plan = make_plan()

    def slow(recipient: str, claim: Any) -> bytes:
        if len(desk.composed) == 0:
            data = desk.compose(recipient, claim)
            desk.clock.move(601)
            assert desk.states(plan) == ["accepted"]  # another worker took it over, and is done
            return bytes(data)
        raise AssertionError("composed once here")

    (outcome,) = desk.deliver(plan, compose_message=slow)
    assert outcome.note == "already accepted"
    assert len(ses.mailed) == 1


def test_a_run_without_quota_leaves_the_live_claim_of_another_alone(
    desk: Any, ses: Any, make_plan: Any
) -> None:
    plan = make_plan()
    (key,) = plan.deliveries()
    row = desk.ledger.claim(desk.ledger.plan(key, mode="send", payload_hash="abc", bcc=None), "other")
    assert desk.states(plan, budget=desk.budget(quota_left=0)) == ["claimed"]
    assert desk.ledger.get(key) == row
    desk.clock.move(601)
    assert desk.states(plan, budget=desk.budget(quota_left=0)) == ["deferred"]


def test_without_an_epoch_nothing_is_sent(
    desk: Any, ses: Any, make_plan: Any, dynamodb: Any, table: str
) -> None:
    dynamodb.delete_item(TableName=table, Key={"pk": {"S": "ledger"}, "sk": {"S": "epoch"}})
    with pytest.raises(LedgerEpochMissingError):
        desk.deliver(make_plan())
    assert ses.mailed == []


def test_a_client_that_asks_twice_is_refused(desk: Any, ses: Any, make_plan: Any) -> None:
    with pytest.raises(DeliveryError, match="total_max_attempts"):
        desk.deliver(make_plan(), ses=ses.client(retries={"total_max_attempts": 3}))
    assert ses.mailed == []


def test_a_ledger_that_went_away_is_said_and_what_was_sent_is_not_sent_again(
    desk: Any, ses: Any, make_plan: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from botocore.exceptions import EndpointConnectionError

    plan = make_plan()
    written = Ledger.move

    def gone_after_sending(self: Ledger, row: Row, target: State, *args: Any, **facts: Any) -> Row:
        if target is State.ACCEPTED:
            raise EndpointConnectionError(endpoint_url="http://ledger")
        return written(self, row, target, *args, **facts)

    monkeypatch.setattr(Ledger, "move", gone_after_sending)
    with caplog.at_level(logging.INFO), pytest.raises(DeliveryError, match="ledger can't be written"):
        desk.deliver(plan)
    assert ses.mailed[0]["message_id"] in caplog.text  # with it a person settles the unknown
    monkeypatch.undo()
    desk.clock.move(1000)
    assert desk.states(plan) == ["unknown"]
    assert len(ses.mailed) == 1


def test_no_address_in_logs_or_outcomes(
    desk: Any, ses: Any, make_plan: Any, caplog: pytest.LogCaptureFixture
) -> None:
    ses.control(account={"production_access": False})  # the refusal's text prints addresses
    plan = make_plan(recipients=ABC, oversight="audit@y.example")
    with caplog.at_level(logging.INFO, logger="quarterdeck"):
        outcomes = desk.deliver(plan)
    assert [str(o.state) for o in outcomes] == ["refused"] * 3
    assert "deliver: delivery=" in caplog.text
    for text in (caplog.text, str(outcomes), str([o.as_json() for o in outcomes])):
        assert "x.example" not in text
        assert "@" not in text
    assert "is not verified" not in str(row_of(desk, plan).as_plain())


def test_the_purpose_is_part_of_the_key() -> None:
    keys = {
        DeliveryKey("p", "r", "2026-05-09", "a@x.example", purpose).sk
        for purpose in ("scheduled", "resend:1")
    }
    assert keys == {"2026-05-09#scheduled", "2026-05-09#resend:1"}


def test_a_suppressed_address_gets_nothing_and_the_others_theirs(desk: Any, ses: Any, make_plan: Any) -> None:
    plan = make_plan(recipients=ABC, oversight="audit@y.example")
    held = desk.ledger.suppressions
    held.add("harbor", "B@x.example ", because="bounce", code="Permanent", since=desk.clock())
    outcomes = desk.deliver(plan)
    assert [str(outcome.state) for outcome in outcomes] == ["accepted", "suppressed", "accepted"]
    assert "suppression list" in outcomes[1].note
    assert ses.mailed_to() == ["a@x.example", "c@x.example"]


def test_a_suppressed_oversight_address_costs_nobody_theirs(desk: Any, ses: Any, make_plan: Any) -> None:
    plan = make_plan(oversight="audit@y.example")
    desk.ledger.suppressions.add("harbor", "audit@y.example", because="bounce", code="", since=desk.clock())
    assert desk.states(plan) == ["accepted"]
    assert [mail["envelope"] for mail in ses.mailed] == [["cfo@x.example"]]
    assert desk.ledger.oversight_of(plan.deliveries()[0]) is None
