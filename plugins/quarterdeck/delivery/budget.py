"""The one budget of an SES account and Region: an item of DynamoDB that every worker changes in turn.

A message takes a place in time and its recipients from the quota before it is asked for, by a conditional
write, so workers of all portfolios stand in one line. A worker that dies loses its place; what it took from
the quota comes back with the next reading of the live quota.
"""

from __future__ import annotations

import json
import logging
import random
import time
import uuid
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from quarterdeck.delivery.pacing import ACCOUNT, STOPPED_FOR, TOLERANCE, Meter, Stop
from quarterdeck.delivery.refusals import needing
from quarterdeck.delivery.rows import from_item, to_item
from quarterdeck.errors import DeliveryError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

_KEY = {"pk": "budget", "sk": "ses"}
_TRIES = 60
_SHORTEST_LEAD, _LONGEST_LEAD = 0.05, 1.0  # seconds between taking a place and being ready to leave
_SKEW = 2.0  # seconds: the service's own clock has whole seconds


@dataclass(frozen=True)
class Grant:
    """One message's place. ``leaves_at`` is on this worker's monotonic clock."""

    id: str
    recipients: int
    leaves_at: float


@dataclass
class Budget:
    """The budget as one portfolio's worker uses it; ``client`` is boto3's DynamoDB client.

    Before a claim ask ``blocked``; before a request ``reserve`` and ``wait``; after it tell ``done``. After
    ``batch`` messages a portfolio pauses for ``pause_seconds``. The first user reads the live quota in
    (``refresh``). ``service_clock``: slots are in DynamoDB's time, where the machine's is off by seconds.
    """

    client: Any
    table: str
    portfolio: str
    batch: int = 5
    pause_seconds: float = 2.0
    clock: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    service_clock: bool = False
    _lead: float = _SHORTEST_LEAD
    _offset: float = 0.0

    def mark(self) -> Meter:
        """The meter as it is now: taken just before the live quota is read."""
        return self._read()[0]

    def refresh(self, mark: Meter, *, rate: float, quota_left: float | None) -> None:
        """Take in the live quota that was read after ``mark``: recipients per second, and of 24 hours."""
        self._change(lambda meter, now: meter.refreshed(mark, now, rate=rate, quota_left=quota_left))

    def blocked(self, recipients: int) -> str:
        """Why no message of so many recipients may go now, as a code; empty where it may."""
        meter, _ = self._read()
        return meter.blocked(self._now(), self.portfolio, recipients)

    def reserve(self, recipients: int) -> Grant | str:
        """A place for a message of so many recipients, or the code of what is in the way.

        Raises RetryLaterError where the item stays in conflict, DeliveryError before any ``refresh``.
        """
        grant = uuid.uuid4().hex
        found: dict[str, Any] = {}

        def take(meter: Meter, now: float) -> Meter:
            if meter.rate <= 0:
                raise DeliveryError(
                    f"expected the sending quota in the budget of {self.table}, found none: it is read in "
                    "by the preflight, which comes before every first send"
                )
            found["blocked"] = meter.blocked(now, self.portfolio, recipients)
            if found["blocked"]:
                return meter
            after, found["at"] = meter.reserved(
                now + self._lead,
                grant,
                self.portfolio,
                recipients,
                batch=self.batch,
                pause=self.pause_seconds,
            )
            return after

        self._change(take)
        if found["blocked"]:
            return str(found["blocked"])
        return Grant(grant, recipients, self.monotonic() + found["at"] - self._now())

    def wait_near(self, grant: Grant) -> None:
        """Sleep until shortly before the grant's place: time enough to write what must be written first."""
        self._sleep_until(grant.leaves_at - self._lead)

    def wait(self, grant: Grant, *, within: float) -> bool:
        """Sleep until the grant's place; False where it is missed, or further off than ``within`` seconds."""
        if grant.leaves_at - self.monotonic() > within:
            return False
        self._sleep_until(grant.leaves_at)
        if self.monotonic() - grant.leaves_at <= TOLERANCE:
            return True
        self._lead = min(_LONGEST_LEAD, self._lead * 2)  # what comes before takes longer than thought
        return False

    def done(self, grant: Grant, *, taken: bool) -> None:
        """The request has ended. ``taken``: SES took it, or may have; otherwise it costs no quota.

        Where that can't be written the quota is short by it until it is read again.
        """
        self._if_possible(lambda meter, _now: meter.settled(grant.id, taken=taken))

    def stop(self, code: str, *, whole_account: bool) -> None:
        """SES takes nothing more of the account, or of this portfolio: for a quarter of an hour."""
        name = ACCOUNT if whole_account else self.portfolio
        self._if_possible(lambda meter, now: meter.stopped(name, Stop(code, now + STOPPED_FOR)))

    def pause(self, reason: str, *, whole_account: bool) -> None:
        """A person stops sending until they resume it."""
        name = ACCOUNT if whole_account else self.portfolio
        self._change(lambda meter, _now: meter.stopped(name, Stop("Paused", reason=reason)))

    def resume(self, *, whole_account: bool) -> None:
        """Lift what stops sending, whoever set it."""
        name = ACCOUNT if whole_account else self.portfolio
        self._change(lambda meter, _now: meter.stopped(name, None))

    def _now(self) -> float:
        return self.clock() + self._offset

    def _sleep_until(self, moment: float) -> None:
        while (delay := moment - self.monotonic()) > 0:
            self.sleep(delay)

    def _if_possible(self, change: Callable[[Meter, float], Meter]) -> None:
        try:
            self._change(change)
        except (ClientError, BotoCoreError, DeliveryError) as error:
            log.warning("budget: %s could not be written (%s)", self.table, type(error).__name__)

    def _read(self) -> tuple[Meter, int]:
        with needing("dynamodb:GetItem", f"sending budget {self.table}"):
            answer = self.client.get_item(TableName=self.table, Key=to_item(_KEY), ConsistentRead=True)
        self._set_clock(answer)
        return _meter_of(answer.get("Item"))

    def _change(self, change: Callable[[Meter, float], Meter]) -> None:
        meter, version = self._read()
        for tried in range(_TRIES):
            after = change(meter, self._now())
            if after is meter:
                return
            found = self._write(after, version)
            if found is None:
                return
            meter, version = _meter_of(found)
            self.sleep(random.random() * 0.005 * min(tried + 1, 8))  # noqa: S311 - only spreads workers
        raise RetryLaterError(
            f"the sending budget {self.table} was in conflict {_TRIES} times in a row: run the task again"
        )

    def _write(self, meter: Meter, version: int) -> dict[str, Any] | None:
        """Write the next version; answers the item that is there where another worker was first."""
        values = {":state": json.dumps(meter.as_json()), ":next": version + 1, ":read": version}
        try:
            with needing("dynamodb:UpdateItem", f"sending budget {self.table}"):
                answer = self.client.update_item(
                    TableName=self.table,
                    Key=to_item(_KEY),
                    UpdateExpression="SET meter = :state, version = :next",
                    ConditionExpression="version = :read" if version else "attribute_not_exists(version)",
                    ExpressionAttributeValues=to_item(
                        {name: value for name, value in values.items() if version or name != ":read"}
                    ),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except self.client.exceptions.ConditionalCheckFailedException as error:
            found: dict[str, Any] = error.response.get("Item", {})
            return found
        self._set_clock(answer)
        return None

    def _set_clock(self, answer: dict[str, Any]) -> None:
        said = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
        if self.service_clock and said:
            offset = parsedate_to_datetime(said).timestamp() + 0.5 - self.clock()
            self._offset = offset if abs(offset) > _SKEW else 0.0


def _meter_of(item: dict[str, Any] | None) -> tuple[Meter, int]:
    if not item:
        return Meter(), 0
    plain = from_item(item)
    return Meter.from_json(json.loads(plain["meter"])), int(plain["version"])
