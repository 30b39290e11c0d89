"""A row of the delivery ledger, as Python and as DynamoDB keep it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from quarterdeck.delivery.plan import address_hash
from quarterdeck.delivery.states import State, reason_for

OVERSIGHT = "+oversight"
KEPT_FOR = timedelta(days=430)  # longer than a year's editions need: nothing may be mailed a second time

_serialise = TypeSerializer().serialize
_deserialise = TypeDeserializer().deserialize


def to_item(plain: dict[str, Any]) -> dict[str, Any]:
    """DynamoDB's typed form of a plain dict."""
    return {name: _serialise(value) for name, value in plain.items()}


def from_item(item: dict[str, Any]) -> dict[str, Any]:
    """The inverse of ``to_item``."""
    return {name: _deserialise(value) for name, value in item.items()}


@dataclass(frozen=True)
class Row:
    """One delivery in the ledger.

    ``recipient`` and ``bcc`` are addresses: needed to send, never logged. ``lease_until`` is in epoch
    seconds; ``times`` has the first instant (ISO, UTC) of each state that it went through; ``history``
    every step with attempt, claim and reason. ``attempt`` counts requests to SES.
    """

    pk: str
    sk: str
    delivery_id: str
    portfolio: str
    report: str
    as_of: str
    purpose: str
    recipient: str = field(repr=False)
    bcc: str = field(repr=False, default="")
    mode: str = "send"
    payload_hash: str = ""
    state: State = State.PLANNED
    claim_id: str = ""
    lease_until: int = 0
    attempt: int = 0
    message_id: str = ""
    response_code: int = 0
    error_code: str = ""
    bytes_hash: str = ""
    eml_key: str = ""
    updated_at: str = ""
    ttl: int = 0
    times: dict[str, str] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def from_item(cls, item: dict[str, Any]) -> Row:
        """The row of a DynamoDB item; attributes that it doesn't know are left alone."""
        plain = from_item(item)
        known = {f.name: plain[f.name] for f in fields(cls) if f.name in plain}
        for name in ("lease_until", "attempt", "response_code", "ttl"):
            known[name] = int(known.get(name, 0))
        known["history"] = [
            entry | {"attempt": int(entry.get("attempt", 0))} for entry in known.get("history", [])
        ]
        return cls(**(known | {"state": State(known["state"])}))

    def as_item(self) -> dict[str, Any]:
        """The DynamoDB item of a new row."""
        return to_item(self.as_plain())

    def as_plain(self) -> dict[str, Any]:
        """Attributes by name, the state as a plain string."""
        return {f.name: getattr(self, f.name) for f in fields(self)} | {"state": str(self.state)}

    @property
    def recipient_hash(self) -> str:
        """What logs show instead of the address."""
        return address_hash(self.recipient)[:12]

    @property
    def updated(self) -> datetime:
        """When it last changed state."""
        return datetime.fromisoformat(self.updated_at)

    def leased_at(self, now: datetime) -> bool:
        """Whether a worker's lease is live."""
        return bool(self.claim_id) and self.lease_until > now.timestamp()

    def moved(self, target: State, now: datetime, reason: str, facts: dict[str, Any]) -> Row:
        """The row after a step; ``reason`` adds to the table's own. Raises DeliveryError if not allowed."""
        why = reason_for(self.state, target)
        after = replace(self, **facts)
        stamp = now.astimezone(UTC).isoformat(timespec="milliseconds")
        entry = {
            "state": str(target),
            "at": stamp,
            "claim_id": after.claim_id,
            "attempt": after.attempt,
            "reason": f"{why}: {reason}" if reason else why,
        }
        return replace(
            after,
            state=target,
            updated_at=stamp,
            ttl=int((now + KEPT_FOR).timestamp()),
            times=self.times | {str(target): self.times.get(str(target), stamp)},
            history=[*self.history, entry],
        )

    def oversight(self) -> Row:
        """The row of the blind copy of the same message: beside it, with the oversight address."""
        return replace(
            self,
            sk=self.sk + OVERSIGHT,
            purpose=self.purpose + OVERSIGHT,
            delivery_id=self.delivery_id + "-o",
            recipient=self.bcc,
            bcc="",
        )
