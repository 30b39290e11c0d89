"""The ledger on an emulated DynamoDB: conditional writes, lost answers, races, the epoch."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.delivery.ledger import (
    Ledger,
    LedgerEpochMissingError,
    LostClaimError,
    create_table,
    write_epoch,
)
from quarterdeck.delivery.plan import DeliveryKey, address_hash
from quarterdeck.delivery.states import TRANSITIONS, State
from quarterdeck.errors import DeliveryError

if TYPE_CHECKING:
    from quarterdeck.delivery.rows import Row

KEY = DeliveryKey("harbor", "cfo", "2026-05-09", "CFO@X.example", "scheduled")


def planned(ledger: Ledger, key: DeliveryKey = KEY, bcc: str | None = None) -> Row:
    return ledger.plan(key, mode="send", payload_hash="abc", bcc=bcc)


def sending(ledger: Ledger, claim: str = "me", key: DeliveryKey = KEY, bcc: str | None = None) -> Row:
    row = ledger.claim(planned(ledger, key, bcc), claim)
    return ledger.move(row, State.SENDING, attempt=row.attempt + 1)


def accepted(ledger: Ledger, key: DeliveryKey) -> Row:
    return ledger.move(sending(ledger, key=key), State.ACCEPTED, message_id="m")


def test_the_key_holds_no_address_and_is_one_for_all_spellings() -> None:
    other = DeliveryKey("harbor", "cfo", "2026-05-09", " cfo@x.example ", "scheduled")
    assert (KEY.pk, KEY.sk) == (other.pk, other.sk)
    assert KEY.pk == f"harbor#cfo#{address_hash('cfo@x.example')}"
    assert KEY.sk == "2026-05-09#scheduled"
    assert "@" not in KEY.pk + KEY.delivery_id


def test_planning_twice_gives_the_same_row(ledger: Ledger) -> None:
    row = ledger.claim(planned(ledger), "me")
    assert planned(ledger) == row
    assert row.state is State.CLAIMED


def test_a_row_is_read_back_as_it_was_written(ledger: Ledger) -> None:
    row = ledger.move(sending(ledger), State.ACCEPTED, message_id="m-1", response_code=200)
    assert ledger.get(KEY) == row
    assert ledger.find(row.delivery_id) == row
    assert [entry["state"] for entry in row.history] == ["claimed", "sending", "accepted"]
    assert set(row.times) == {"planned", "claimed", "sending", "accepted"}
    assert row.ttl - ledger.clock().timestamp() >= timedelta(days=400).total_seconds()
    assert "x.example" not in repr(row)


def test_a_live_claim_is_not_taken(ledger: Ledger, clock: Any) -> None:
    row = ledger.claim(planned(ledger), "me")
    with pytest.raises(LostClaimError):
        ledger.claim(row, "other")
    clock.move(601)
    assert ledger.claim(row, "other").claim_id == "other"


def test_the_old_owner_of_a_claim_that_was_taken_over_cannot_send(ledger: Ledger, clock: Any) -> None:
    mine = ledger.claim(planned(ledger), "me")
    clock.move(601)
    ledger.claim(mine, "other")
    with pytest.raises(LostClaimError) as caught:
        ledger.move(mine, State.SENDING, attempt=1)
    assert caught.value.row is not None
    assert caught.value.row.claim_id == "other"


def test_of_two_claims_on_one_reading_one_wins(ledger: Ledger) -> None:
    row = planned(ledger)
    ledger.claim(row, "first")
    with pytest.raises(LostClaimError):
        ledger.claim(row, "second")


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_write_whose_answer_was_lost_is_recognised_as_mine(ledger: Ledger, steps: int) -> None:
    """The write is done and then done again from the row as read before: its condition fails."""
    row = planned(ledger)
    path: list[tuple[State, dict[str, Any]]] = [
        (State.CLAIMED, {"claim_id": "me", "lease_until": 9}),
        (State.SENDING, {"attempt": 1}),
        (State.ACCEPTED, {"message_id": "m-1"}),
    ]
    for target, facts in path[:steps]:
        before, row = row, ledger.move(row, target, **facts)
    assert ledger.move(before, *path[steps - 1][:1], **path[steps - 1][1]) == row


def test_a_step_that_is_not_in_the_table_is_refused(ledger: Ledger) -> None:
    with pytest.raises(DeliveryError, match="may become"):
        ledger.move(planned(ledger), State.ACCEPTED)


@pytest.mark.parametrize("transition", TRANSITIONS, ids=lambda t: f"{t.source}-{t.target}")
def test_every_transition_is_written_with_its_reason(
    ledger: Ledger, dynamodb: Any, table: str, transition: Any
) -> None:
    row = planned(ledger)
    if transition.source is not State.PLANNED:  # put the row where the transition begins
        dynamodb.update_item(
            TableName=table,
            Key={"pk": {"S": row.pk}, "sk": {"S": row.sk}},
            UpdateExpression="SET #s = :s",
            ExpressionAttributeNames={"#s": "state"},
            ExpressionAttributeValues={":s": {"S": str(transition.source)}},
        )
    begun = ledger.get(KEY)
    assert begun is not None
    moved = ledger.move(begun, transition.target, claim_id="next")
    assert ledger.get(KEY) == moved
    assert moved.history[-1]["reason"] == transition.reason


def test_an_event_before_the_answer_is_kept(ledger: Ledger) -> None:
    """Delivered by an event while the worker waits: its `accepted` loses to it and is no error."""
    row = sending(ledger, bcc="audit@y.example")
    ledger.move(row, State.DELIVERED, message_id="m-1")
    after = ledger.move(row, State.ACCEPTED, message_id="m-1")
    assert after.state is State.DELIVERED
    copy = ledger.oversight_of(KEY)
    assert copy is not None
    assert copy.state is State.ACCEPTED


def test_a_late_answer_settles_what_was_declared_unknown(ledger: Ledger) -> None:
    row = sending(ledger)
    ledger.move(row, State.UNKNOWN)
    settled = ledger.move(row, State.ACCEPTED, message_id="m-1")
    assert (settled.state, settled.message_id) == (State.ACCEPTED, "m-1")
    assert ledger.get(KEY) == settled


def test_a_late_retry_does_not_reopen_an_unknown(ledger: Ledger) -> None:
    row = sending(ledger)
    ledger.move(row, State.UNKNOWN)
    with pytest.raises(LostClaimError):
        ledger.move(row, State.RETRYING)


def test_the_blind_copy_has_a_row_of_its_own(ledger: Ledger) -> None:
    row = sending(ledger, bcc="audit@y.example")
    copy = ledger.oversight_of(KEY)
    assert copy is not None
    assert (copy.purpose, copy.recipient, copy.state) == (
        "scheduled+oversight",
        "audit@y.example",
        State.SENDING,
    )
    ledger.move(row, State.ACCEPTED, message_id="m-1")
    copy = ledger.oversight_of(KEY)
    assert copy is not None
    assert (copy.state, copy.message_id) == (State.ACCEPTED, "m-1")


def test_a_bounce_of_the_blind_copy_stands_and_leaves_the_recipient_alone(ledger: Ledger) -> None:
    row = sending(ledger, bcc="audit@y.example")
    copy = ledger.oversight_of(KEY)
    assert copy is not None
    ledger.move(copy, State.BOUNCED)
    after = ledger.move(row, State.ACCEPTED, message_id="m-1")
    assert after.state is State.ACCEPTED
    bounced = ledger.oversight_of(KEY)
    assert bounced is not None
    assert bounced.state is State.BOUNCED


def test_a_step_keeps_attributes_that_others_wrote(ledger: Ledger, dynamodb: Any, table: str) -> None:
    row = sending(ledger)
    key = {"pk": {"S": row.pk}, "sk": {"S": row.sk}}
    dynamodb.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET facts = :f",
        ExpressionAttributeValues={":f": {"S": "x"}},
    )
    ledger.move(row, State.ACCEPTED, message_id="m-1")
    assert dynamodb.get_item(TableName=table, Key=key)["Item"]["facts"] == {"S": "x"}


def day(number: int, purpose: str = "scheduled") -> DeliveryKey:
    return DeliveryKey("harbor", "cfo", f"2026-05-{number:02}", "cfo@x.example", purpose)


def test_last_and_newer_editions_of_this_recipient(ledger: Ledger) -> None:
    accepted(ledger, day(5))
    accepted(ledger, day(7))
    accepted(ledger, day(8, "preview:abcdef01"))  # never a baseline
    planned(ledger, day(8))  # not taken
    accepted(ledger, day(12))
    accepted(ledger, DeliveryKey("harbor", "cfo", "2026-05-08", "other@x.example", "scheduled"))
    accepted(ledger, DeliveryKey("harbor", "ceo", "2026-05-08", "cfo@x.example", "scheduled"))
    found = {n: (ledger.last_accepted(day(n)), ledger.newer_accepted(day(n))) for n in (5, 9, 12)}
    assert {n: tuple(row and row.as_of for row in rows) for n, rows in found.items()} == {
        5: (None, "2026-05-07"),
        9: ("2026-05-07", "2026-05-12"),
        12: ("2026-05-07", None),
    }


def test_the_blind_copy_is_no_edition(ledger: Ledger) -> None:
    row = sending(ledger, key=day(7), bcc="audit@y.example")
    ledger.move(row, State.REFUSED)
    copy = ledger.oversight_of(day(7))
    assert copy is not None
    assert copy.state is State.REFUSED
    assert ledger.last_accepted(day(9)) is None


def test_without_its_epoch_the_ledger_is_not_to_be_trusted(ledger: Ledger, dynamodb: Any, table: str) -> None:
    epoch = ledger.epoch()
    dynamodb.delete_item(TableName=table, Key={"pk": {"S": "ledger"}, "sk": {"S": "epoch"}})
    with pytest.raises(LedgerEpochMissingError, match="Nothing was sent"):
        ledger.epoch()
    assert not create_table(dynamodb, table)  # a table that is there gets no new epoch by itself
    with pytest.raises(LedgerEpochMissingError):
        ledger.epoch()
    assert write_epoch(dynamodb, table) == ledger.epoch() != epoch


def test_a_table_that_is_not_there_has_no_epoch(dynamodb: Any) -> None:
    with pytest.raises(LedgerEpochMissingError):
        Ledger(dynamodb, "no-such-table").epoch()


def test_conflicts_between_transactions_are_tried_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DynamoDB cancels a transaction that meets another on the same row: no condition failed."""
    row = planned(ledger)
    client = ledger.client
    written, answers = client.transact_write_items, [["TransactionConflict"], ["TransactionConflict", "None"]]

    def conflicting(**request: Any) -> Any:
        if not answers:
            return written(**request)
        reasons = [{"Code": code} for code in answers.pop()]
        raise client.exceptions.TransactionCanceledException(
            {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons},
            "TransactWriteItems",
        )

    monkeypatch.setattr(client, "transact_write_items", conflicting)
    assert ledger.claim(row, "me").state is State.CLAIMED
    answers[:] = [["TransactionConflict"]] * 9
    with pytest.raises(DeliveryError, match="in conflict"):
        ledger.move(ledger.claim(planned(ledger, day(1)), "me"), State.SENDING, attempt=1)
