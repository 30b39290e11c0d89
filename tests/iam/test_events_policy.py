"""docs/iam/events.json: with it an event is applied; without a part of it that part's action is named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from quarterdeck.delivery.event_queue import EventQueue, consume
from quarterdeck.delivery.ledger import Ledger, create_table
from quarterdeck.delivery.plan import DeliveryKey
from quarterdeck.delivery.states import State
from quarterdeck.errors import DeliveryError

POLICY = json.loads((Path(__file__).parents[2] / "docs" / "iam" / "events.json").read_text())["Statement"]
PARTS = [(one["Sid"], action) for one in POLICY for action in one["Action"]]
NOW = datetime(2026, 5, 10, 12, tzinfo=UTC)
numbers = count(1)


class Post:
    """A queue and a ledger by the role's own clients; what is there before is put there by root."""

    def __init__(self, emulator):
        self.emulator = emulator
        self.ledger = Ledger(emulator.root("dynamodb"), "deliveries", clock=lambda: NOW)
        self.sqs = emulator.root("sqs")
        self.url = self.sqs.get_queue_url(QueueName="mail-events")["QueueUrl"]

    def bounce(self):
        """A message that was accepted, and the event that it came back."""
        key = DeliveryKey(
            "harbor", f"events{next(numbers)}", "2026-05-09", "gone@owners.example", "scheduled"
        )
        row = self.ledger.plan(key, mode="send", payload_hash="abc", bcc=None)
        row = self.ledger.move(self.ledger.claim(row, "me"), State.SENDING, attempt=1)
        self.ledger.move(row, State.ACCEPTED, message_id="m")
        people = [{"emailAddress": key.recipient}]
        tags = {"delivery_id": [key.delivery_id]}
        event = {
            "eventType": "Bounce",
            "bounce": {"bounceType": "Permanent", "bouncedRecipients": people, "feedbackId": key.report},
            "mail": {"messageId": "m", "tags": tags, "timestamp": "2026-05-10T12:00:00Z"},
        }
        self.sqs.send_message(QueueUrl=self.url, MessageBody=json.dumps(event))
        return key

    def consume(self):
        ledger = Ledger(self.emulator.client("dynamodb"), "deliveries", clock=lambda: NOW)
        queue = EventQueue(self.emulator.client("sqs"), "mail-events")
        return consume(
            queue, ledger, "harbor", keep_news=lambda _: None, keep_aside=lambda *_: None, seconds=0.001
        )


@pytest.fixture(scope="module")
def post(enforcing):
    create_table(enforcing.root("dynamodb"), "deliveries")
    sqs = enforcing.root("sqs")
    dead = sqs.create_queue(QueueName="mail-events-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 6})
    sqs.create_queue(QueueName="mail-events", Attributes={"RedrivePolicy": policy})
    return Post(enforcing)


def test_with_the_policy_an_event_is_applied(post, policy):
    post.emulator.allow(policy("events"))
    key = post.bounce()
    found = post.consume()
    assert (found.counts["applied"], found.dead_letters) == (1, 0)
    assert post.ledger.get(key).state is State.BOUNCED


@pytest.mark.parametrize(("sid", "action"), PARTS)
def test_without_a_part_of_it_the_action_is_named(post, policy, less, sid, action):
    post.sqs.purge_queue(QueueUrl=post.url)
    post.emulator.allow(less(policy("events"), sid, action))
    post.bounce()
    with pytest.raises(DeliveryError, match=action) as refused:
        post.consume()
    assert "docs/iam/" in str(refused.value)


def test_nothing_else_is_allowed(post, policy):
    post.emulator.allow(policy("events"))
    sqs, dynamodb = post.emulator.client("sqs"), post.emulator.client("dynamodb")
    refused = [
        (sqs.purge_queue, {"QueueUrl": post.url}),
        (sqs.send_message, {"QueueUrl": post.url, "MessageBody": "forged"}),
        (dynamodb.scan, {"TableName": "deliveries"}),
    ]
    for operation, request in refused:
        with pytest.raises(Exception, match="AccessDenied"):
            operation(**request)
