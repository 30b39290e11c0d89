"""The delivery ledger: one DynamoDB row per delivery, moved by conditional writes only.

Exactly-once rests on three things here: a step is conditional on the state, claim and attempt that
were read; a failed condition returns the row that is there, so that a lost answer is told from a lost
race; and nothing is sent while the table's epoch item is missing, for then the table is not the one
that knows what was mailed.
"""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.delivery.facts import Facts
from quarterdeck.delivery.refusals import needing
from quarterdeck.delivery.rows import KEPT_FOR, OVERSIGHT, Row, from_item, to_item
from quarterdeck.delivery.states import CLAIMABLE, LEASED, SENT, State
from quarterdeck.delivery.suppression import Suppressions
from quarterdeck.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from quarterdeck.delivery.plan import DeliveryKey

_EPOCH = {"pk": "ledger", "sk": "epoch"}
_CONFLICTS = 8
_TOLD_FOR = timedelta(days=7)
_ATTRIBUTES = ("pk", "sk", "delivery_id", "state", "updated_at")
# Steps in which the blind copy shares the fate of its message: afterwards it has events of its own.
_SHARED = frozenset(
    {State.SENDING, State.ACCEPTED, State.REFUSED, State.RETRYING, State.UNKNOWN, State.DEFERRED}
)
# A late answer may still settle what somebody else declared unknown.
_SETTLES_UNKNOWN = frozenset({State.ACCEPTED, State.REFUSED})
_AS_READ = "#state = :was_state AND #claim_id = :was_claim AND #attempt = :was_attempt"


class LedgerEpochMissingError(DeliveryError):
    """The ledger has no epoch item: it was lost or is not the ledger. Nothing may be sent."""


class LostClaimError(DeliveryError):
    """Somebody else moved the row first; ``row`` is what is there now."""

    def __init__(self, row: Row | None) -> None:
        self.row = row
        found = "no row" if row is None else f"delivery {row.delivery_id} {row.state} (attempt {row.attempt})"
        super().__init__(f"expected the delivery as it was read, found {found}: another worker was first")


def _utc_now() -> datetime:
    return datetime.now(UTC)


def create_table(client: Any, name: str) -> bool:
    """Create the ledger's table with its epoch item; False, and nothing done, where the table exists.

    ``client`` is boto3's DynamoDB client. A table that exists keeps its epoch, or the lack of one: the
    epoch of a ledger that was lost is written only when it has been rebuilt (``write_epoch``).
    """
    try:
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[{"AttributeName": a, "AttributeType": "S"} for a in _ATTRIBUTES],
            GlobalSecondaryIndexes=[
                _index("by_delivery", {"delivery_id": "HASH"}),
                _index("by_state", {"state": "HASH", "updated_at": "RANGE"}),
            ],
        )
    except client.exceptions.ResourceInUseException:
        return False
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    client.update_time_to_live(
        TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
    )
    write_epoch(client, name)
    return True


def _index(name: str, keys: dict[str, str]) -> dict[str, Any]:
    schema = [{"AttributeName": attribute, "KeyType": kind} for attribute, kind in keys.items()]
    return {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}}


def write_epoch(client: Any, name: str) -> str:
    """Declare the table to be the whole ledger from now on: its new epoch. Only for a ledger that is."""
    epoch = uuid.uuid4().hex
    created = _utc_now().isoformat(timespec="seconds")
    client.put_item(TableName=name, Item=to_item(_EPOCH | {"epoch": epoch, "created_at": created}))
    return epoch


class Ledger:
    """The rows of one table. ``client`` is boto3's DynamoDB client (its retries may stay on)."""

    def __init__(
        self,
        client: Any,
        table: str,
        *,
        lease: timedelta = timedelta(minutes=10),
        clock: Callable[[], datetime] = _utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.client = client
        self.table = table
        self._lease = lease
        self._sleep = sleep
        self.clock = clock
        self.facts = Facts(client, table)
        self.suppressions = Suppressions(client, table, clock)

    def epoch(self) -> str:
        """The ledger's epoch. Raises LedgerEpochMissingError."""
        try:
            found = self._item(_EPOCH)
        except self.client.exceptions.ResourceNotFoundException:
            found = None
        if found is None:
            raise LedgerEpochMissingError(
                f"expected the epoch item in the delivery ledger {self.table}, found none: the ledger is "
                "new, lost or another one, and can't tell what was mailed already. Nothing was sent; "
                "create it, or rebuild it from the archive, first"
            )
        return str(from_item(found)["epoch"])

    def get(self, key: DeliveryKey) -> Row | None:
        """The row of a delivery, if there is one (consistent read)."""
        item = self._item({"pk": key.pk, "sk": key.sk})
        return None if item is None else Row.from_item(item)

    def oversight_of(self, key: DeliveryKey | Row) -> Row | None:
        """The row of the blind copy of a delivery, if it has one."""
        item = self._item({"pk": key.pk, "sk": key.sk + OVERSIGHT})
        return None if item is None else Row.from_item(item)

    def find(self, delivery_id: str) -> Row | None:
        """The row with that delivery id, as SES events name it (index: may lag a moment)."""
        with needing("dynamodb:Query", f"delivery ledger {self.table}, by delivery", "events"):
            items = self.client.query(
                TableName=self.table,
                IndexName="by_delivery",
                KeyConditionExpression="delivery_id = :d",
                ExpressionAttributeValues=to_item({":d": delivery_id}),
            )["Items"]
        return Row.from_item(items[0]) if items else None

    def standing(self, portfolio: str, states: Iterable[State]) -> Iterator[Row]:
        """The portfolio's rows in those states, the longest there first (index: may lag a moment).

        Blind copies are left out: they follow their message.
        """
        pages = self.client.get_paginator("query")
        for state in states:
            with self._needing("dynamodb:Query"):
                for page in pages.paginate(
                    TableName=self.table,
                    IndexName="by_state",
                    KeyConditionExpression="#state = :s",
                    FilterExpression="portfolio = :p",
                    ExpressionAttributeNames={"#state": "state"},
                    ExpressionAttributeValues=to_item({":s": str(state), ":p": portfolio}),
                ):
                    rows = map(Row.from_item, page["Items"])
                    yield from (row for row in rows if not row.purpose.endswith(OVERSIGHT))

    def tell_once(self, portfolio: str, day: str, what: str) -> bool:
        """Whether that has not been told yet on that day; from now on it has (a conditional write)."""
        item = {"pk": f"told#{portfolio}", "sk": f"{day}#{what}"}
        try:
            with self._needing("dynamodb:PutItem"):
                self.client.put_item(
                    TableName=self.table,
                    Item=to_item(item | {"ttl": int((self.clock() + _TOLD_FOR).timestamp())}),
                    ConditionExpression="attribute_not_exists(pk)",
                )
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def plan(self, key: DeliveryKey, *, mode: str, payload_hash: str, bcc: str | None) -> Row:
        """The delivery's row: a new one in ``planned``, or the one that is there already."""
        now = self.clock()
        stamp = now.astimezone(UTC).isoformat(timespec="milliseconds")
        row = Row(
            pk=key.pk, sk=key.sk, delivery_id=key.delivery_id, portfolio=key.portfolio, report=key.report,
            as_of=key.as_of, purpose=key.purpose, recipient=key.recipient, bcc=bcc or "", mode=mode,
            payload_hash=payload_hash, updated_at=stamp, times={str(State.PLANNED): stamp},
            ttl=int((now + KEPT_FOR).timestamp()),
        )  # fmt: skip
        try:
            with self._needing("dynamodb:PutItem"):
                self.client.put_item(
                    TableName=self.table,
                    Item=row.as_item(),
                    ConditionExpression="attribute_not_exists(pk)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except self.client.exceptions.ConditionalCheckFailedException as error:
            return Row.from_item(error.response["Item"])
        return row

    def restore(self, row: Row) -> bool:
        """Write a row of a ledger that was lost, as it is known from elsewhere; False where one is there."""
        try:
            with self._needing("dynamodb:PutItem"):
                self.client.put_item(
                    TableName=self.table,
                    Item=row.as_item(),
                    ConditionExpression="attribute_not_exists(pk)",
                )
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def claim(self, row: Row, claim_id: str, **facts: Any) -> Row:
        """Take a delivery for this worker, replacing a claim whose lease is over.

        Raises LostClaimError where another worker has it, or took it first.
        """
        now = self.clock()
        if row.state not in CLAIMABLE | LEASED or (row.state in LEASED and row.leased_at(now)):
            raise LostClaimError(row)
        lease_until = int((now + self._lease).timestamp())
        return self.move(row, State.CLAIMED, claim_id=claim_id, lease_until=lease_until, **facts)

    def move(self, row: Row, target: State, reason: str = "", **facts: Any) -> Row:
        """The row after the step to ``target``; ``facts`` are attributes to set with it.

        A condition that fails although the row bears my claim and attempt in the target state means that
        I won and the answer was lost. Raises LostClaimError where somebody else moved it, DeliveryError
        for a step that ``states.py`` does not allow.
        """
        after = row.moved(target, self.clock(), reason, facts)
        old = self._write(row, after)
        if old is row:
            return after
        if old is not None and (old.claim_id, old.attempt) == (after.claim_id, after.attempt):
            if old.state is target:
                return old
            if target is State.ACCEPTED and old.state in SENT:
                # An event was quicker than the answer; the blind copy is still where the request left it.
                self._follow(row, after)
                return old
            if old.state is State.UNKNOWN and target in _SETTLES_UNKNOWN:
                return self.move(old, target, reason, **facts)
        raise LostClaimError(old)

    def last_accepted(self, key: DeliveryKey) -> Row | None:
        """The edition before this one that SES took for this recipient: the baseline of *since your last*."""
        return next(self._editions(key, "sk < :s", f"{key.as_of}#", newest_first=True), None)

    def newer_accepted(self, key: DeliveryKey) -> Row | None:
        """A newer edition that SES took for this recipient, if any."""
        return next(self._editions(key, "sk > :s", f"{key.as_of}$", newest_first=False), None)

    def _editions(self, key: DeliveryKey, condition: str, bound: str, *, newest_first: bool) -> Iterator[Row]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression=f"pk = :p AND {condition}",
            ExpressionAttributeValues=to_item({":p": key.pk, ":s": bound}),
            ScanIndexForward=not newest_first,
            ConsistentRead=True,
        )
        with self._needing("dynamodb:Query"):
            for page in pages:
                for row in map(Row.from_item, page["Items"]):
                    edition = not row.purpose.startswith("preview:") and not row.purpose.endswith(OVERSIGHT)
                    if edition and row.state in SENT:
                        yield row

    def _needing(self, action: str) -> AbstractContextManager[None]:
        return needing(action, f"delivery ledger {self.table}")

    def _item(self, key: dict[str, str]) -> dict[str, Any] | None:
        with self._needing("dynamodb:GetItem"):
            answer = self.client.get_item(TableName=self.table, Key=to_item(key), ConsistentRead=True)
        item: dict[str, Any] | None = answer.get("Item")
        return item

    def _write(self, before: Row, after: Row) -> Row | None:
        """Write one step with its blind copy; answers ``before`` itself if written, else what is there."""
        items = [_step(self.table, before, after)]
        if after.bcc and after.state in _SHARED:
            items.append(_blind_copy(self.table, before, after))
        failed = self._transact(items)
        if len(items) > 1 and failed[:1] == [None]:
            # The blind copy has events of its own already: they stand, the message's step goes alone.
            failed = self._transact(items[:1])
        if not failed:
            return before
        return Row.from_item(failed[0]) if failed[0] else None

    def _follow(self, before: Row, after: Row) -> None:
        if after.bcc:
            self._transact([_blind_copy(self.table, before, after)])

    def _transact(self, items: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
        """All or none; answers nothing if written, else per item what is there where its condition failed.

        None stands for an item whose condition held, ``{}`` for one that failed on a row that is gone.
        """
        for conflict in range(_CONFLICTS):
            try:
                with self._needing("dynamodb:UpdateItem"):  # a transaction is allowed item by item
                    self.client.transact_write_items(TransactItems=items)
            except self.client.exceptions.TransactionCanceledException as error:
                reasons = error.response.get("CancellationReasons", [])
                codes = {reason.get("Code", "None") for reason in reasons}
                if "ConditionalCheckFailed" in codes:
                    return [
                        r.get("Item", {}) if r.get("Code") == "ConditionalCheckFailed" else None
                        for r in reasons
                    ]
                if "TransactionConflict" not in codes:
                    raise
                self._sleep(0.05 * (conflict + 1))
            else:
                return []
        raise DeliveryError(
            f"the delivery ledger {self.table} was in conflict {_CONFLICTS} times in a row; "
            "nothing was written, run the task again"
        )


def _step(table: str, before: Row, after: Row) -> dict[str, Any]:
    """The message's own step: only what changes is written, so that facts from events stay."""
    held = ("history", "times", "pk", "sk")
    changed = {n: v for n, v in after.as_plain().items() if n not in held and v != before.as_plain()[n]}
    update = _update(table, after, changed | {"state": str(after.state)})
    update["UpdateExpression"] += ", history = list_append(history, :entry), times.#at = :since"
    update["ExpressionAttributeNames"]["#at"] = str(after.state)
    update["ExpressionAttributeValues"] |= to_item(
        {":entry": after.history[-1:], ":since": after.times[str(after.state)]}
    )
    return _if(update, _AS_READ, before)


def _blind_copy(table: str, before: Row, after: Row) -> dict[str, Any]:
    """The blind copy follows its message until SES has it; from then on only events speak of it."""
    copy = after.oversight().as_plain()
    update = _update(table, after.oversight(), {n: v for n, v in copy.items() if n not in {"pk", "sk"}})
    if after.state is State.SENDING:
        values = to_item({":retrying": str(State.RETRYING), ":deferred": str(State.DEFERRED)})
        update["ExpressionAttributeValues"] |= values
        update["ConditionExpression"] = "attribute_not_exists(pk) OR #state IN (:retrying, :deferred)"
        return {"Update": update}
    return _if(update, f"attribute_not_exists(pk) OR ({_AS_READ})", before)


def _update(table: str, row: Row, attributes: dict[str, Any]) -> dict[str, Any]:
    """An update that sets attributes (named ``#name``, for several are reserved words)."""
    return {
        "TableName": table,
        "Key": to_item({"pk": row.pk, "sk": row.sk}),
        "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
        "ExpressionAttributeNames": {f"#{name}": name for name in attributes},
        "ExpressionAttributeValues": to_item({f":{name}": value for name, value in attributes.items()}),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _if(update: dict[str, Any], condition: str, before: Row) -> dict[str, Any]:
    update["ConditionExpression"] = condition
    update["ExpressionAttributeNames"] |= {"#state": "state", "#claim_id": "claim_id", "#attempt": "attempt"}
    update["ExpressionAttributeValues"] |= to_item(
        {":was_state": str(before.state), ":was_claim": before.claim_id, ":was_attempt": before.attempt}
    )
    return {"Update": update}
