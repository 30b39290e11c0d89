"""The step over a portfolio of local files with a queue and a ledger of its own in the emulator."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from quarterdeck.delivery.ledger import Ledger, create_table
from quarterdeck.delivery.plan import DeliveryKey
from quarterdeck.delivery.states import State
from quarterdeck.errors import DeliveryError
from quarterdeck.lake.documents import from_bytes
from quarterdeck.steps.mail_events import mail_events

AT = datetime(2026, 4, 1, 6, tzinfo=UTC)


class Post:
    """The portfolio's ledger and queue; ``say`` puts an event there as SES would."""

    def __init__(self, lantern: Any, aws: dict[str, str]) -> None:
        self.name = f"lantern-{uuid.uuid4().hex[:8]}"
        self.sqs, dynamodb = boto3.client("sqs", **aws), boto3.client("dynamodb", **aws)
        create_table(dynamodb, self.name)
        self.url = self.sqs.create_queue(QueueName=self.name)["QueueUrl"]
        lantern.edit(
            "portfolio.yaml",
            lambda text: text.replace("preview:", f"mail_events: {{queue: {self.name}}}\npreview:").replace(
                "lantern-deliveries", self.name
            ),
        )
        lantern.connect = lambda _aws, service: boto3.client(service, **aws)
        self.lantern, self.ledger = lantern, Ledger(dynamodb, self.name, clock=lambda: AT)
        self.lake = lantern.home / "lake"

    def accepted(self, recipient: str, bcc: str = "") -> DeliveryKey:
        key = DeliveryKey("lantern", "cfo", "2026-03-31", recipient, "scheduled")
        row = self.ledger.plan(key, mode="send", payload_hash="abc", bcc=bcc or None)
        row = self.ledger.move(self.ledger.claim(row, "me", bcc=bcc), State.SENDING, attempt=1)
        self.ledger.move(row, State.ACCEPTED, message_id="m-1")
        return key

    def say(self, key: DeliveryKey, kind: str, detail: dict[str, Any], message_id: str = "m-1") -> None:
        mail = {"messageId": message_id, "destination": [key.recipient], "timestamp": "2026-04-01T06:00:00Z"}
        mail["tags"] = {"delivery_id": [key.delivery_id], "portfolio": ["lantern"]}
        body = {"eventType": kind, kind.lower(): detail, "mail": mail}
        self.sqs.send_message(QueueUrl=self.url, MessageBody=json.dumps(body))

    def run(self) -> dict[str, Any]:
        return mail_events("lantern", self.lantern.resources)

    def kept(self, pattern: str) -> list[Any]:
        files = sorted(Path(self.lake).rglob(pattern))
        return [from_bytes(path.read_bytes()) for path in files]


@pytest.fixture
def post(lantern: Any, aws: dict[str, str]) -> Post:
    return Post(lantern, aws)


def test_what_became_of_each_is_kept_for_the_editions_that_follow(post: Post) -> None:
    key = post.accepted("cfo@lantern.example", "owner@lantern.example")
    post.say(key, "Delivery", {"recipients": [key.recipient], "timestamp": "2026-04-01T06:00:04Z"})
    people = [{"emailAddress": "owner@lantern.example", "status": "5.1.1"}]
    back = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": people}
    post.say(key, "Bounce", {**back, "timestamp": "2026-04-01T06:00:09Z", "feedbackId": "f"})
    assert post.run() == {
        "portfolio": "lantern",
        "counts": {"applied": 2, "received": 2, "suppressed": 1},
        "dead_letters": None,
    }
    (kept,) = post.kept("mail_news/2026-03-31/*.json")
    told = {row["is_oversight"]: row for row in kept["news"]}
    assert (told[False]["state"], told[False]["delivered_at"]) == (
        "delivered",
        "2026-04-01T06:00:04.000+00:00",
    )
    assert (told[True]["state"], told[True]["code"]) == ("bounced", "Permanent/General 5.1.1")
    assert "@" not in json.dumps(kept)


def test_what_can_not_be_used_is_kept_whole_with_the_reason(post: Post) -> None:
    post.sqs.send_message(QueueUrl=post.url, MessageBody="hello")
    assert post.run()["counts"] == {"aside": 1, "received": 1}
    (kept,) = post.kept("mail_events/aside/2026-04-01/*.json")
    assert (kept["body"], kept["reason"]) == ("hello", "expected JSON, found something else")


def test_a_mail_with_two_ids_fails_the_task_when_all_is_applied(post: Post) -> None:
    twice, once = post.accepted("cfo@lantern.example"), post.accepted("owner@lantern.example")
    for key, message_id in ((twice, "m-2"), (once, "m-1")):
        post.say(key, "Send", {}, message_id)
    with pytest.raises(DeliveryError, match=f"delivery {twice.delivery_id} was mailed twice") as failed:
        post.run()
    assert once.delivery_id not in str(failed.value)
    assert "@" not in str(failed.value)
    assert len(post.ledger.facts.of(once.delivery_id)) == 1


def test_a_portfolio_without_a_queue_has_nothing_to_do(lantern: Any) -> None:
    assert mail_events("lantern", lantern.resources) == {"portfolio": "lantern", "nothing": "no queue"}
