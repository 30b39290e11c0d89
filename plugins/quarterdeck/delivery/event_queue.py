"""The SQS queue of a portfolio's mail events: received, applied, and only then deleted.

Whatever happens in between, a message that was not deleted comes again, and applying it again changes
nothing. One that can't be used is kept aside with the reason and never stops those behind it.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from quarterdeck.delivery.applying import UnknownDeliveryError, apply_event
from quarterdeck.delivery.events import PassedOver, RefusedEventError, parse
from quarterdeck.delivery.refusals import needing
from quarterdeck.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from quarterdeck.delivery.applying import Applied
    from quarterdeck.delivery.ledger import Ledger

log = logging.getLogger(__name__)

HIDDEN_SECONDS = 300  # nobody else sees a message for so long: more than ten of them take to apply
# An event may be quicker than the index by which its delivery is found: so often it is looked for.
TRIES = 3


@dataclass(frozen=True)
class Received:
    """One message. ``times``: how often it was received, this time included."""

    message_id: str
    receipt: str
    body: str = field(repr=False)
    times: int


@dataclass
class Consumed:
    """What one go came to. ``counts`` by outcome; the ids are of deliveries, for a person to look into."""

    counts: Counter[str] = field(default_factory=Counter)
    duplicates: set[str] = field(default_factory=set)
    contradictions: set[str] = field(default_factory=set)
    dead_letters: int | None = None


class EventQueue:
    """A queue by its name. ``client`` is boto3's SQS client. Raises DeliveryError where there is none."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._place = f"queue {name} of mail events"
        try:
            with needing("sqs:GetQueueUrl", self._place, "events"):
                self._url = client.get_queue_url(QueueName=name)["QueueUrl"]
        except client.exceptions.QueueDoesNotExist:
            raise DeliveryError(
                f"expected the SQS queue {name} of mail events, found none in this account and Region: "
                "create it behind the topic of the SES configuration set, or correct `mail_events.queue` "
                "in portfolio.yaml"
            ) from None

    def receive(self) -> list[Received]:
        """Up to ten messages, hidden from others for a while; none: the queue is empty."""
        with needing("sqs:ReceiveMessage", self._place, "events"):
            answer = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=10,
                WaitTimeSeconds=1,
                VisibilityTimeout=HIDDEN_SECONDS,
                AttributeNames=["ApproximateReceiveCount"],
            )
        return [
            Received(
                one["MessageId"],
                one["ReceiptHandle"],
                one["Body"],
                int(one.get("Attributes", {}).get("ApproximateReceiveCount", 1)),
            )
            for one in answer.get("Messages", [])
        ]

    def delete(self, message: Received) -> None:
        """It is done with."""
        with needing("sqs:DeleteMessage", self._place, "events"):
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message.receipt)

    def dead_letters(self) -> int | None:
        """How many messages SQS gave up delivering here; None: no dead-letter queue stands behind it."""
        policy = self._attribute(self._url, "RedrivePolicy")
        if not policy:
            return None
        name = json.loads(policy)["deadLetterTargetArn"].rpartition(":")[2]
        with needing("sqs:GetQueueUrl", f"queue {name} of dead letters", "events"):
            url = self._client.get_queue_url(QueueName=name)["QueueUrl"]
        return int(self._attribute(url, "ApproximateNumberOfMessages"))

    def _attribute(self, url: str, name: str) -> str:
        with needing("sqs:GetQueueAttributes", f"queue {url.rpartition('/')[2]}", "events"):
            answer = self._client.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
        return str(answer.get("Attributes", {}).get(name, ""))


def consume(
    queue: EventQueue,
    ledger: Ledger,
    portfolio: str,
    *,
    keep_news: Callable[[Sequence[Applied]], None],
    keep_aside: Callable[[Received, str], None],
    topics: Collection[str] = (),
    seconds: float = 120.0,
    monotonic: Callable[[], float] = time.monotonic,
) -> Consumed:
    """Apply what is in the queue, for ``seconds`` at most.

    ``keep_news`` is told what was applied, ``keep_aside`` what could not be used and why, both before the
    messages are deleted. Raises LedgerEpochMissingError before anything is received, DeliveryError or the
    SDK's error where ledger or queue can't be reached: what was received comes again.
    """
    ledger.epoch()  # while the ledger is away nothing is received, so nothing is given up
    desk = _Desk(ledger, portfolio, topics, keep_aside)
    until = monotonic() + seconds
    while monotonic() < until and (messages := queue.receive()):
        done, applied = [], []
        for message, news in desk.worked(messages):
            done.append(message)
            applied += [news] if news is not None else []
        keep_news(applied)
        for message in done:
            queue.delete(message)
    desk.consumed.dead_letters = queue.dead_letters()
    return desk.consumed


class _Desk:
    def __init__(
        self,
        ledger: Ledger,
        portfolio: str,
        topics: Collection[str],
        keep_aside: Callable[[Received, str], None],
    ) -> None:
        self._ledger, self._portfolio, self._topics = ledger, portfolio, topics
        self._keep_aside = keep_aside
        self.consumed = Consumed()

    def worked(self, messages: Sequence[Received]) -> Iterator[tuple[Received, Applied | None]]:
        """Each message that is done with, and what was applied of it."""
        for message in messages:
            self.consumed.counts["received"] += 1
            try:
                yield message, self._apply(message)
            except UnknownDeliveryError as error:
                if message.times < TRIES:
                    self._left(message, "waiting", str(error))
                    continue
                self._aside(message, str(error))
                yield message, None
            except RefusedEventError as error:
                self._aside(message, str(error))
                yield message, None
            except Exception as error:  # its text may hold an address: the kind alone is told
                if _of_the_ledger(error):
                    raise  # and so would each message behind it, until all are dead letters
                self._left(message, "failed", type(error).__name__)

    def _apply(self, message: Received) -> Applied | None:
        event = parse(message.body, topics=self._topics)
        if isinstance(event, PassedOver):
            self.consumed.counts["passed over"] += 1
            return None
        applied = apply_event(event, self._ledger, self._portfolio)
        self.consumed.counts["applied" if applied.is_new else "repeated"] += 1
        self.consumed.counts["suppressed"] += applied.suppressed
        if applied.duplicate:
            self.consumed.duplicates.add(applied.delivery_id)
        if applied.contradiction:
            self.consumed.contradictions.add(applied.delivery_id)
        log.info(
            "mail event: message=%s kind=%s delivery=%s states=%s",
            message.message_id, event.kind, applied.delivery_id,
            ",".join(str(one.row.state) for one in applied.told),
        )  # fmt: skip
        return applied

    def _aside(self, message: Received, reason: str) -> None:
        self._keep_aside(message, reason)
        self.consumed.counts["aside"] += 1
        log.warning("mail event: message=%s kept aside: %s", message.message_id, reason)

    def _left(self, message: Received, why: str, reason: str) -> None:
        """It stays in the queue, comes again, and is SQS's dead letter after so many times."""
        self.consumed.counts[why] += 1
        log.warning("mail event: message=%s %s, comes again: %s", message.message_id, why, reason)


def _of_the_ledger(error: Exception) -> bool:
    """Whether the ledger can't be reached, refuses or has trouble: that is not the message's own fault."""
    cause = error if isinstance(error, ClientError | BotoCoreError) else error.__cause__
    if isinstance(cause, ClientError):
        return bool(cause.response.get("Error", {}).get("Code") != "ValidationException")
    return isinstance(cause, BotoCoreError)
