"""The queue on an emulated SQS: received, applied, deleted, and nothing lost whatever a message holds."""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from quarterdeck.delivery import event_queue
from quarterdeck.delivery.event_queue import Consumed, EventQueue, Received, consume
from quarterdeck.delivery.ledger import LedgerEpochMissingError
from quarterdeck.delivery.plan import DeliveryKey
from quarterdeck.delivery.states import State
from quarterdeck.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quarterdeck.delivery.applying import Applied
    from quarterdeck.delivery.ledger import Ledger

TOPIC = "arn:aws:sns:us-east-1:000000000000:harbor-mail-events"


@dataclass
class Office:
    """A queue with one for dead letters behind it, and what the consumer hands over."""

    sqs: Any
    ledger: Ledger
    name: str = field(default_factory=lambda: f"mail-events-{uuid.uuid4().hex[:8]}")
    news: list[Applied] = field(default_factory=list)
    aside: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dead = self.sqs.create_queue(QueueName=f"{self.name}-dead")["QueueUrl"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.dead, AttributeNames=["QueueArn"])
        policy = {"deadLetterTargetArn": found["Attributes"]["QueueArn"], "maxReceiveCount": 3}
        self.url = self.sqs.create_queue(
            QueueName=self.name, Attributes={"RedrivePolicy": json.dumps(policy)}
        )["QueueUrl"]

    def put(self, *bodies: str) -> None:
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def left(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(map(int, found.values()))

    def consume(self, **more: Any) -> Consumed:
        queue = EventQueue(self.sqs, self.name)
        return consume(
            queue, self.ledger, "harbor", keep_news=self.keep_news, keep_aside=self.keep_aside, **more
        )

    def keep_news(self, applied: Sequence[Applied]) -> None:
        self.news += applied

    def keep_aside(self, message: Received, reason: str) -> None:
        self.aside[message.body] = reason

    def accepted(self, report: str) -> DeliveryKey:
        key = DeliveryKey("harbor", report, "2026-05-09", f"{report}@x.example", "scheduled")
        row = self.ledger.claim(self.ledger.plan(key, mode="send", payload_hash="abc", bcc=None), "me")
        row = self.ledger.move(row, State.SENDING, attempt=1)
        self.ledger.move(row, State.ACCEPTED, message_id=f"m-{report}")
        return key

    def state(self, key: DeliveryKey) -> str:
        row = self.ledger.get(key)
        assert row is not None
        return str(row.state)


@pytest.fixture
def office(aws: dict[str, str], ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(event_queue, "HIDDEN_SECONDS", 0)  # what is left comes again at once
    return Office(boto3.client("sqs", **aws), ledger)


def bounce(key: DeliveryKey, **more: Any) -> dict[str, Any]:
    people = [{"emailAddress": key.recipient, "status": "5.1.1"}]
    facts = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": people}
    tags = {"delivery_id": [key.delivery_id], "portfolio": ["harbor"]}
    mail = {"messageId": f"m-{key.report}", "destination": [key.recipient], "tags": tags}
    told = {"timestamp": "2026-05-10T12:00:01.000Z", "feedbackId": f"f-{key.report}"}
    return {"eventType": "Bounce", "bounce": facts | told, "mail": mail | more}


def of_sns(event: Any, **more: Any) -> str:
    envelope = {"Type": "Notification", "MessageId": uuid.uuid4().hex, "TopicArn": TOPIC, "Signature": "s"}
    return json.dumps({**envelope, "Message": json.dumps(event) + "\n", **more})


def test_every_wrapping_is_applied_and_deleted(office: Office) -> None:
    raw, wrapped, bridged = (office.accepted(name) for name in ("raw", "wrapped", "bridged"))
    event = {"detail-type": "Email Bounced", "source": "aws.ses", "detail": bounce(bridged)}
    office.put(json.dumps(bounce(raw)), of_sns(bounce(wrapped)), json.dumps(event))
    office.put(json.dumps({"eventType": "Open", "open": {}, "mail": {}}))
    consumed = office.consume()
    assert consumed.counts == {"received": 4, "applied": 3, "suppressed": 3, "passed over": 1}
    assert {office.state(key) for key in (raw, wrapped, bridged)} == {"bounced"}
    assert [len(one.told) for one in office.news] == [1, 1, 1]
    assert (office.left(), office.aside, consumed.dead_letters) == (0, {}, 0)


def test_a41_redelivered_and_under_a_new_sns_id_it_counts_once(office: Office) -> None:
    key = office.accepted("cfo")
    office.put(*[of_sns(bounce(key), MessageId="same")] * 8, of_sns(bounce(key), MessageId="new"))
    counts = office.consume().counts
    assert (counts["applied"], counts["repeated"], counts["suppressed"]) == (1, 8, 1)


def test_a43_what_is_forged_or_broken_is_kept_aside_and_the_rest_goes_on(office: Office) -> None:
    key = office.accepted("cfo")
    strange = office.accepted("cto")
    forged = of_sns(bounce(strange), TopicArn=TOPIC + "-of-others")
    unsigned = of_sns(bounce(strange), Signature="")
    confirm = of_sns("", Type="SubscriptionConfirmation", SubscribeURL="http://10.0.0.1/")
    elsewhere = of_sns(bounce(strange), SigningCertURL="https://evil.example/x.pem")
    named = of_sns({**bounce(strange), "mail": bounce(key)["mail"]})
    bad = ["not JSON at all", forged, unsigned, confirm, elsewhere, named]
    office.put(*bad, of_sns(bounce(key)))
    consumed = office.consume(topics=[TOPIC])
    assert (office.state(key), office.state(strange)) == ("bounced", "accepted")
    assert office.aside.keys() == set(bad)
    assert all(reason and "@" not in reason for reason in office.aside.values())
    assert (consumed.counts["aside"], consumed.counts["suppressed"], office.left()) == (6, 1, 0)


def test_an_unknown_delivery_waits_and_is_then_kept_aside(office: Office) -> None:
    unknown = json.dumps(bounce(DeliveryKey("harbor", "cfo", "2026-05-09", "a@x.example", "scheduled")))
    office.put(unknown)
    consumed = office.consume()
    assert (consumed.counts["waiting"], consumed.counts["aside"], office.left()) == (2, 1, 0)
    assert office.aside == {unknown: "its delivery is not in the ledger"}


def test_an_event_that_was_quicker_than_its_row_is_applied_later(office: Office) -> None:
    key = DeliveryKey("harbor", "cfo", "2026-05-09", "cfo@x.example", "scheduled")
    office.put(json.dumps(bounce(key)))
    office.consume(monotonic=iter([0.0, 1.0, 999.0]).__next__)  # one round
    assert (office.left(), office.aside) == (1, {})
    office.accepted("cfo")
    office.consume()
    assert (office.state(key), office.left()) == ("bounced", 0)


def test_a_message_that_always_fails_is_a_dead_letter_and_stops_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    key, poison = office.accepted("cfo"), office.accepted("cto")
    real = event_queue.apply_event

    def fails_for_one(event: Any, *rest: Any) -> Applied:
        if event.delivery_id == poison.delivery_id:
            raise ZeroDivisionError(f"no such thing as {poison.recipient}")
        return real(event, *rest)

    monkeypatch.setattr(event_queue, "apply_event", fails_for_one)
    office.put(json.dumps(bounce(poison)), json.dumps(bounce(key)))
    consumed = office.consume()
    assert (office.state(key), office.left()) == ("bounced", 0)
    assert (consumed.counts["failed"], consumed.dead_letters) == (3, 1)
    assert "ZeroDivisionError" in caplog.text
    assert poison.recipient not in caplog.text


def test_nothing_is_deleted_before_the_news_is_kept(office: Office) -> None:
    key = office.accepted("cfo")
    office.put(json.dumps(bounce(key)))

    def no_room(_: Sequence[Applied]) -> None:
        raise OSError("the lake is full")

    queue = EventQueue(office.sqs, office.name)
    with pytest.raises(OSError, match="full"):
        consume(queue, office.ledger, "harbor", keep_news=no_room, keep_aside=office.keep_aside)
    assert office.left() == 1
    assert office.consume().counts["repeated"] == 1
    assert [one.told[0].row.state for one in office.news] == [State.BOUNCED]


def test_while_the_ledger_is_away_nothing_is_received(office: Office, dynamodb: Any, table: str) -> None:
    office.put("anything")
    dynamodb.delete_table(TableName=table)
    with pytest.raises(LedgerEpochMissingError):
        office.consume()
    assert office.left() == 1
    assert office.aside == {}


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_a_ledger_that_refuses_stops_the_go_and_loses_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    key = office.accepted("cfo")
    office.put(json.dumps(bounce(key)))

    def refused(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code}}, "Query")

    monkeypatch.setattr(office.ledger.facts._client, "put_item", refused)
    with pytest.raises((ClientError, DeliveryError), match=code):
        office.consume()
    assert office.left() == 1
    assert office.aside == {}


def test_a_queue_that_is_not_there_says_what_to_do(aws: dict[str, str]) -> None:
    with pytest.raises(DeliveryError, match=r"expected the SQS queue nowhere.*`mail_events.queue`"):
        EventQueue(boto3.client("sqs", **aws), "nowhere")


def test_from_the_mail_by_ses_and_sns_into_the_ledger(
    office: Office, desk: Any, ses: Any, make_plan: Any, aws: dict[str, str], aws_endpoint: str
) -> None:
    """The whole way: an answer that was lost, a mail that comes back, a blind copy that is complained of."""
    sns = boto3.client("sns", **aws)
    topic = sns.create_topic(Name=office.name)["TopicArn"]
    found = office.sqs.get_queue_attributes(QueueUrl=office.url, AttributeNames=["QueueArn"])
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=found["Attributes"]["QueueArn"])
    ses.client().create_configuration_set_event_destination(
        ConfigurationSetName="mail",
        EventDestinationName="mail-events",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"],
            "SnsDestination": {"TopicArn": topic},
        },
    )
    plan = make_plan(recipients=("a@x.example", "bounce@x.example"), oversight="complaint@y.example")
    ses.fault("accept_then_500", recipient="a@x.example")
    assert desk.states(plan) == ["unknown", "accepted"]
    deadline = time.monotonic() + 20
    counts: Counter[str] = Counter()
    while counts["applied"] < 7 and time.monotonic() < deadline:
        counts += office.consume(topics=[topic]).counts
    # Of each mail Send, Delivery and the Complaint; one Bounce.
    assert (counts["applied"], counts["suppressed"], office.aside) == (7, 2, {})
    first, second = plan.deliveries()
    assert (office.state(first), office.state(second)) == ("delivered", "bounced")
    for key, mail in zip((first, second), ses.mailed, strict=True):
        row, copy = office.ledger.get(key), office.ledger.oversight_of(key)
        assert row is not None
        assert copy is not None
        assert row.message_id == copy.message_id == mail["message_id"]
        assert copy.state is State.COMPLAINED
    tomorrow = make_plan(
        recipients=("a@x.example", "bounce@x.example"), oversight="complaint@y.example",
        as_of=plan.today, today=plan.today + timedelta(days=1),
    )  # fmt: skip
    assert desk.states(tomorrow) == ["accepted", "suppressed"]
    assert ses.mailed[-1]["envelope"] == ["a@x.example"]
