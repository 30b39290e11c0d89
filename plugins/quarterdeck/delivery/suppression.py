"""The addresses that a portfolio doesn't mail to any more, in its ledger's table: by hash, with the reason.

A permanent bounce or a complaint puts an address there; a person takes it off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from quarterdeck.delivery.plan import address_hash
from quarterdeck.delivery.refusals import needing
from quarterdeck.delivery.rows import from_item, to_item
from quarterdeck.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Suppressed:
    """One address: the hash of it, why (``bounce``, ``complaint``; its code), and since when.

    ``lifted_because``: a person's reason for mailing there again; empty: it is suppressed.
    """

    recipient_hash: str
    because: str
    code: str
    since: str
    lifted_because: str = ""


class Suppressions:
    """The list of one ledger's table. ``client`` is boto3's DynamoDB client."""

    def __init__(self, client: Any, table: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def has(self, portfolio: str, address: str) -> bool:
        """Whether nothing may be mailed there (consistent read)."""
        with needing("dynamodb:GetItem", self._place):
            answer = self._client.get_item(
                TableName=self._table, Key=_key(portfolio, address), ConsistentRead=True
            )
        return "Item" in answer and "lifted_at" not in answer["Item"]

    def add(self, portfolio: str, address: str, *, because: str, code: str, since: datetime) -> bool:
        """Suppress an address; False where it is already, or was lifted after ``since`` (SES's time)."""
        stamp = _stamp(since)
        item = {"because": because, "code": code, "since": stamp}
        try:
            with needing("dynamodb:PutItem", self._place, "events"):
                self._client.put_item(
                    TableName=self._table,
                    Item=_key(portfolio, address) | to_item(item),
                    ConditionExpression="attribute_not_exists(pk) OR lifted_at < :since",
                    ExpressionAttributeValues=to_item({":since": stamp}),
                )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def lift(self, portfolio: str, address: str, because: str) -> None:
        """Mail there again; the reason is kept. Raises DeliveryError where the address is not suppressed."""
        try:
            with needing("dynamodb:UpdateItem", self._place):
                self._client.update_item(
                    TableName=self._table,
                    Key=_key(portfolio, address),
                    UpdateExpression="SET lifted_at = :at, lifted_because = :because",
                    ConditionExpression="attribute_exists(pk) AND attribute_not_exists(lifted_at)",
                    ExpressionAttributeValues=to_item({":at": _stamp(self._clock()), ":because": because}),
                )
        except self._client.exceptions.ConditionalCheckFailedException:
            raise DeliveryError(
                f"expected a suppressed address of {portfolio}, found none with the hash "
                f"{address_hash(address)[:12]}: nothing was lifted. See who is on the list"
            ) from None

    def all(self, portfolio: str) -> tuple[Suppressed, ...]:
        """Everybody who is on the list or was, the oldest first."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :p",
            ExpressionAttributeValues=to_item({":p": f"suppression#{portfolio}"}),
            ConsistentRead=True,
        )
        with needing("dynamodb:Query", self._place):
            found = [from_item(item) for page in pages for item in page["Items"]]
        known = (
            Suppressed(
                one["sk"][:12], one["because"], one["code"], one["since"], one.get("lifted_because", "")
            )
            for one in found
        )
        return tuple(sorted(known, key=lambda one: (one.since, one.recipient_hash)))

    @property
    def _place(self) -> str:
        return f"delivery ledger {self._table}"


def _key(portfolio: str, address: str) -> dict[str, Any]:
    return to_item({"pk": f"suppression#{portfolio}", "sk": address_hash(address)})


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
