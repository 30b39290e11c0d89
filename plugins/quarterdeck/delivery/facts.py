"""What SES's events said of each delivery, kept beside its row in the ledger's table; its state is derived.

An event is one item, named by itself and not by its envelope: however often it comes it is there once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from quarterdeck.delivery.events import Kind, MailEvent, RefusedEventError
from quarterdeck.delivery.plan import address_hash
from quarterdeck.delivery.refusals import needing
from quarterdeck.delivery.rows import KEPT_FOR, from_item, to_item
from quarterdeck.delivery.states import BY_EVENTS, State

if TYPE_CHECKING:
    from collections.abc import Iterable

_LARGEST = 300_000  # bytes of a raw event: DynamoDB takes 400 KB for an item
_MOST_PEOPLE = 50  # that SES takes for one message
STATES = {
    Kind.SEND: State.ACCEPTED,
    Kind.REJECT: State.REFUSED,
    Kind.FAILURE: State.REFUSED,
    Kind.DELAY: State.DELAYED,
    Kind.SOFT_BOUNCE: State.DELAYED,
    Kind.DELIVERY: State.DELIVERED,
    Kind.BOUNCE: State.BOUNCED,
    Kind.COMPLAINT: State.COMPLAINED,
}


@dataclass(frozen=True)
class Fact:
    """What one event said. ``about`` has the hashes of its recipients, each with a code."""

    event_id: str
    kind: Kind
    message_id: str
    at: datetime
    code: str
    about: dict[str, str]

    @property
    def state(self) -> State:
        """The state that it speaks for."""
        return STATES[self.kind]

    def code_of(self, address: str) -> str:
        """What happened to that recipient: ``Permanent/General 5.1.1``."""
        return f"{self.code} {self.about.get(address_hash(address), '')}".strip()


def decisive(facts: Iterable[Fact], address: str) -> Fact | None:
    """The fact that outweighs all others about that recipient, of several the earliest; None: no fact."""
    hashed = address_hash(address)
    own = [fact for fact in facts if hashed in fact.about]
    return min(own, key=lambda f: (-BY_EVENTS.index(f.state), f.at, f.event_id), default=None)


class Facts:
    """The events in one ledger's table. ``client`` is boto3's DynamoDB client."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, delivery_id: str, event: MailEvent, now: datetime) -> bool:
        """Keep an event; False where it is there already. Raises RefusedEventError for one too large."""
        if len(event.raw.encode()) > _LARGEST:
            raise RefusedEventError(f"expected an event of at most {_LARGEST} bytes, found a larger one")
        if len(event.recipients) > _MOST_PEOPLE:
            raise RefusedEventError(f"expected an event of at most {_MOST_PEOPLE} recipients, found more")
        item = {
            "pk": f"events#{delivery_id}",
            "sk": event.event_id,
            "kind": str(event.kind),
            "message_id": event.message_id,
            "at": event.at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "code": event.code,
            "about": {address_hash(address): code for address, code in event.recipients.items()},
            "raw": event.raw,
            "ttl": int((now + KEPT_FOR).timestamp()),
        }
        named = {
            "pk": f"message#{event.message_id}",
            "sk": "delivery",
            "delivery": delivery_id,
            "ttl": item["ttl"],
        }
        with needing("dynamodb:PutItem", self._place, "events"):
            # Untagged events of the same mail are found by its id.
            self._client.put_item(TableName=self._table, Item=to_item(named))
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item=to_item(item),
                    ConditionExpression="attribute_not_exists(pk)",
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return False
        return True

    def of(self, delivery_id: str) -> tuple[Fact, ...]:
        """Everything that was said of a delivery, in SES's order of time (consistent read)."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :p",
            ExpressionAttributeValues=to_item({":p": f"events#{delivery_id}"}),
            ConsistentRead=True,
        )
        with needing("dynamodb:Query", self._place, "events"):
            found = [_fact(from_item(item)) for page in pages for item in page["Items"]]
        return tuple(sorted(found, key=lambda fact: (fact.at, fact.event_id)))

    def delivery_of(self, message_id: str) -> str:
        """The delivery of a mail that a tagged event spoke of before; empty: none did."""
        key = to_item({"pk": f"message#{message_id}", "sk": "delivery"})
        with needing("dynamodb:GetItem", self._place, "events"):
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return str(from_item(answer["Item"])["delivery"]) if "Item" in answer else ""

    @property
    def _place(self) -> str:
        return f"delivery ledger {self._table}"


def _fact(plain: dict[str, Any]) -> Fact:
    return Fact(
        event_id=plain["sk"],
        kind=Kind(plain["kind"]),
        message_id=plain["message_id"],
        at=datetime.fromisoformat(plain["at"]),
        code=plain["code"],
        about=dict(plain["about"]),
    )
