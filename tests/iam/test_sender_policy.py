"""docs/iam/sender.json: with it a delivery works; without a part of it nothing is mailed, and it is said."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import pytest

from quarterdeck.delivery.budget import Budget
from quarterdeck.delivery.ledger import Ledger, create_table
from quarterdeck.delivery.plan import DeliveryPlan
from quarterdeck.delivery.preflight import preflight
from quarterdeck.delivery.request import SEND_CONFIG
from quarterdeck.delivery.sender import deliver_edition, recipients_needed
from quarterdeck.delivery.states import State
from quarterdeck.errors import DeliveryError
from quarterdeck.lake.editions import EditionArchive
from quarterdeck.lake.store import open_store

POLICY = json.loads((Path(__file__).parents[2] / "docs" / "iam" / "sender.json").read_text())["Statement"]
PARTS = [(one["Sid"], action) for one in POLICY for action in one["Action"]]
# What the emulator can't refuse, and why: each must fail the day it can.
NOT_ENFORCED = {
    (
        "DeliverSends",
        "ses:SendRawEmail",
    ): "AWS asks for it where SendEmail has a raw message; the emulator not",
}
EVENT_DESTINATION = {
    "Enabled": True,
    "MatchingEventTypes": ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"],
    "EventBridgeDestination": {"EventBusArn": "arn:aws:events:us-east-1:000000000000:event-bus/default"},
}
numbers = count(1)  # a report for each delivery, so that no test meets another's rows


@pytest.fixture(scope="module")
def office(enforcing):
    create_table(enforcing.root("dynamodb"), "deliveries")
    enforcing.root("s3").create_bucket(Bucket="archive")
    ses = enforcing.root("sesv2")
    ses.create_email_identity(EmailIdentity="mail.example")
    ses.create_configuration_set(ConfigurationSetName="mail")
    ses.create_configuration_set_event_destination(
        ConfigurationSetName="mail", EventDestinationName="bus", EventDestination=EVENT_DESTINATION
    )
    return enforcing


def _signed(parsed, **_):
    """DKIM of a domain stays pending in the emulator for ever."""
    if "DkimAttributes" in parsed:
        parsed["VerifiedForSendingStatus"] = True
        parsed["DkimAttributes"] = {"SigningEnabled": True, "Status": "SUCCESS"}


class Desk:
    """The calls of the task ``deliver``, by the role's own clients."""

    def __init__(self, emulator, home):
        settings = {
            name: getattr(SEND_CONFIG, name) for name in ("retries", "connect_timeout", "read_timeout")
        }
        self.ses = emulator.client("sesv2", **settings)
        self.ses.meta.events.register("after-call.sesv2.GetEmailIdentity", _signed)
        now = datetime(2026, 5, 10, 12, tzinfo=UTC)
        self.client = emulator.client("dynamodb")
        self.ledger = Ledger(self.client, "deliveries", clock=lambda: now)
        store = open_store("s3://archive/", home=home, s3=lambda: emulator.client("s3"))
        self.archive = EditionArchive(store)
        self.plan = DeliveryPlan(
            portfolio="harbor", report=f"report{next(numbers)}", as_of=date(2026, 5, 9), purpose="scheduled",
            mode="send", recipients=("cfo@owners.example",), oversight="cto@owners.example",
            sender="reports@mail.example", configuration_set="mail", payload_hash="abcdef0123456789",
            today=date(2026, 5, 10), max_age_days=3,
        )  # fmt: skip

    def deliver(self):
        self.ledger.epoch()
        budget = Budget(self.client, "deliveries", self.plan.report, batch=100, pause_seconds=0.0)
        mark = budget.mark()
        ready = preflight(
            self.ses,
            sender_address=self.plan.sender,
            configuration_set=self.plan.configuration_set,
            recipients_needed=recipients_needed(self.plan, self.ledger),
            recipients=self.plan.recipients,
        )
        budget.refresh(mark, rate=ready.rate, quota_left=ready.quota_left)
        (outcome,) = deliver_edition(
            self.plan,
            ses=self.ses,
            ledger=self.ledger,
            budget=budget,
            compose_message=lambda recipient, claim: f"To: {recipient}\r\n\r\n{claim.claim_id}\r\n".encode(),
            archive_message=self.keep,
        )
        # What `dispatch` and `quarterdeck ledger` ask beside it.
        assert self.ledger.tell_once(self.plan.report, "2026-05-10", "unknown")
        list(self.ledger.standing("harbor", [State.UNKNOWN]))
        self.ledger.find(outcome.delivery_id)
        if not outcome.done:
            raise DeliveryError(f"{outcome.state}: {outcome.note}")

    def keep(self, claim, data):
        """Twice, as a worker that comes back after its answer was lost."""
        for _ in range(2):
            key = self.archive.store_message("2026-05-09", self.plan.report, claim.delivery_id, data)
        return key


@pytest.fixture
def desk(office, tmp_path):
    return Desk(office, tmp_path)


def rows(office, desk):
    ledger = Ledger(office.root("dynamodb"), "deliveries")
    return [row for key in desk.plan.deliveries() if (row := ledger.get(key)) is not None]


def test_with_the_policy_a_message_goes_out(office, desk, policy):
    office.allow(policy("sender"))
    desk.deliver()
    (row,) = rows(office, desk)
    assert row.state.value == "accepted"
    assert row.message_id


@pytest.mark.parametrize(("sid", "action"), PARTS)
def test_without_a_part_of_it_nothing_is_mailed_and_the_action_is_named(
    office, desk, policy, less, sid, action, request, caplog
):
    if (sid, action) in NOT_ENFORCED:
        reason = NOT_ENFORCED[sid, action]
        request.applymarker(pytest.mark.xfail(strict=True, raises=pytest.fail.Exception, reason=reason))
    office.allow(less(policy("sender"), sid, action))
    caplog.set_level(logging.INFO)
    with pytest.raises(DeliveryError) as caught:
        desk.deliver()
    # Of a message that could not be made the log says why, beside the delivery's own id.
    assert re.search(action, f"{caught.value}\n{caplog.text}")
    assert "docs/iam" in f"{caught.value}\n{caplog.text}"
    assert not any(row.message_id for row in rows(office, desk))


def test_nothing_else_is_allowed(office, policy):
    office.allow(policy("sender"))
    dynamodb, s3 = office.client("dynamodb"), office.client("s3")
    key = {"pk": {"S": "ledger"}, "sk": {"S": "epoch"}}
    refused = [
        (dynamodb.delete_item, {"TableName": "deliveries", "Key": key}),
        (dynamodb.scan, {"TableName": "deliveries"}),
        (dynamodb.get_item, {"TableName": "other", "Key": key}),
        (s3.delete_object, {"Bucket": "archive", "Key": "deliveries/2026-05-09/cfo/a.eml"}),
        (s3.put_object, {"Bucket": "archive", "Key": "editions/2026-05-09/cfo/edition.json", "Body": b""}),
        (office.client("sesv2").delete_email_identity, {"EmailIdentity": "mail.example"}),
        (office.client("sesv2").list_email_identities, {}),
    ]
    for operation, request in refused:
        with pytest.raises(Exception, match="AccessDenied"):
            operation(**request)


@pytest.mark.xfail(strict=True, raises=DeliveryError, reason="the emulator asks for SendEmail on no identity")
def test_the_resources_as_written(office, desk, policy):
    office.allow(policy("sender", as_written=["Resource"]))
    desk.deliver()


@pytest.mark.xfail(
    strict=True, raises=DeliveryError, reason="the emulator knows no ses:FromAddress, and denies"
)
def test_the_conditions_as_written(office, desk, policy):
    office.allow(policy("sender", as_written=["Condition"]))
    desk.deliver()
