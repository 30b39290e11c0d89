"""Delivers one edition: each recipient on their own, exactly once or *unknown*, never twice.

The order of things is the safety: claim, late check, make the bytes, archive them, write ``sending``,
ask SES once, write what came of it. A worker may die between any two of these.
"""

from __future__ import annotations

import hashlib
import logging
import random
import time
import traceback
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from quarterdeck.delivery.ledger import Ledger, LostClaimError
from quarterdeck.delivery.plan import DeliveryKey, DeliveryPlan, Outcome, normalised
from quarterdeck.delivery.refusals import advice, is_denied
from quarterdeck.delivery.request import Answer, Meaning, ask, require_single_attempt
from quarterdeck.delivery.states import CLAIMABLE, FINAL, LEASED, SENT, State
from quarterdeck.errors import DeliveryError, QuarterdeckError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from quarterdeck.delivery.budget import Budget, Grant
    from quarterdeck.delivery.rows import Row

log = logging.getLogger(__name__)

_TARGETS = {
    Meaning.ACCEPTED: State.ACCEPTED,
    Meaning.REFUSED: State.REFUSED,
    Meaning.NOT_TAKEN: State.RETRYING,
    Meaning.STOPPED: State.DEFERRED,
    Meaning.UNKNOWN: State.UNKNOWN,
}
_NOTES = {
    State.UNKNOWN: "the answer was lost: waits for its SES event or a person, is not sent again",
    State.SENDING: "busy: another worker is asking SES",
    State.CLAIMED: "busy: another worker has it until its lease ends",
    State.RETRYING: "SES did not take it yet: goes on with the task's retry",
    State.DEFERRED: "waits: the quota is spent, or the account or its sender may not send now",
    State.AWAITING_APPROVAL: "waits for a person's yes",
    State.HELD: "held",
    State.SUPPRESSED: "not sent: the address is on the suppression list, since it bounced or complained",
    State.PLANNED: "not sent yet",
}


@dataclass(frozen=True)
class Claim:
    """What a message is made for: one delivery, taken by this worker. ``recipient`` is the address.

    ``last_accepted`` is the baseline of *since your last edition*: the row of the edition that SES took
    for this recipient before this one (``as_of``, ``payload_hash``); none for the first.
    """

    delivery_id: str
    claim_id: str
    recipient: str
    purpose: str
    is_preview: bool
    last_accepted: Row | None


@dataclass(frozen=True)
class Limits:
    """How often, how long, how late.

    ``attempts`` per run for what SES surely did not take, ``backoff`` seconds before the second, doubling
    up to ``longest_backoff``. The request leaves ``send_within`` seconds after ``sending`` was begun, or
    not at all. A ``sending`` older than ``stale_after`` has lost its worker: longer than ``send_within``
    and the client's timeouts together.
    """

    attempts: int = 4
    backoff: float = 1.0
    longest_backoff: float = 20.0
    send_within: float = 30.0
    stale_after: timedelta = timedelta(minutes=15)


def recipients_needed(plan: DeliveryPlan, ledger: Ledger) -> int:
    """How many recipients SES would count for what is still to be sent (a BCC costs one)."""
    open_states = CLAIMABLE | LEASED
    rows = ((key, ledger.get(key)) for key in plan.deliveries())
    return sum(
        plan.envelope_size(key.recipient) for key, row in rows if row is None or row.state in open_states
    )


def plan_rows(plan: DeliveryPlan, ledger: Ledger) -> None:
    """A row for each delivery, where there is none: what is due stands in the ledger whatever comes next."""
    for key in plan.deliveries():
        ledger.plan(key, mode=plan.mode, payload_hash=plan.payload_hash, bcc=plan.bcc_for(key.recipient))


def deliver_edition(
    plan: DeliveryPlan,
    *,
    ses: Any,
    ledger: Ledger,
    budget: Budget,
    compose_message: Callable[[str, Claim], bytes],
    archive_message: Callable[[Claim, bytes], str],
    suppressed: Collection[str] = (),
    limits: Limits | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> list[Outcome]:
    """Deliver ``plan``; answers an outcome per recipient, in order. Run again, it mails nothing twice.

    ``ses``: boto3 ``sesv2`` client made with ``request.SEND_CONFIG``. ``compose_message(recipient,
    claim)`` gives the bytes; ``archive_message(claim, data)`` keeps them and answers their key: both
    before anything is asked. ``suppressed``: addresses that SES would take and drop. Raises
    LedgerEpochMissingError, and DeliveryError for a client that would ask twice or a ledger that can't be
    reached; failures of one recipient are outcomes and stop no other.
    """
    require_single_attempt(ses)
    tools = (
        ses,
        ledger,
        budget,
        compose_message,
        archive_message,
        frozenset(map(normalised, suppressed)),
        limits or Limits(),
        monotonic,
        sleep,
        jitter,
    )
    try:
        ledger.epoch()
        return _Run(plan, *tools).deliver()
    except (ClientError, BotoCoreError) as error:
        raise DeliveryError(
            f"{plan.portfolio} {plan.report} {plan.as_of}: the delivery ledger can't be written "
            f"({type(error).__name__}); whatever was being sent stays `sending` and is not sent again by "
            "itself. Run the task again when the ledger answers"
        ) from error


@dataclass
class _Run:
    plan: DeliveryPlan
    ses: Any
    ledger: Ledger
    budget: Budget
    compose_message: Callable[[str, Claim], bytes]
    archive_message: Callable[[Claim, bytes], str]
    suppressed: frozenset[str]
    limits: Limits
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    jitter: Callable[[], float]
    stopped: str = ""

    def deliver(self) -> list[Outcome]:
        plan_rows(self._without_suppressed_oversight(), self.ledger)
        outcomes = []
        for key in self.plan.deliveries():
            outcome = self._guarded(key)
            log.info(
                "deliver: delivery=%s report=%s state=%s attempt=%d message_id=%s code=%s note=%s",
                outcome.delivery_id, self.plan.report, outcome.state, outcome.attempt,
                outcome.message_id or "-", outcome.error_code or outcome.response_code or "-", outcome.note,
            )  # fmt: skip
            outcomes.append(outcome)
        return outcomes

    def _without_suppressed_oversight(self) -> DeliveryPlan:
        """The plan, without a blind copy to an address that takes no mail: that costs nobody else theirs."""
        plan = self.plan
        if plan.oversight and self.ledger.suppressions.has(plan.portfolio, plan.oversight):
            log.warning("deliver: report=%s the oversight address is suppressed: no blind copy", plan.report)
            self.plan = replace(plan, oversight=None)
        return self.plan

    def _guarded(self, key: DeliveryKey) -> Outcome:
        try:
            return self._deliver_one(key)
        except LostClaimError as lost:
            if lost.row is None:
                raise  # the ledger forgot a row: nothing it says can be trusted
            return _standing(lost.row)

    def _deliver_one(self, key: DeliveryKey) -> Outcome:
        row = self.ledger.get(key)
        if row is None:
            raise LostClaimError(None)
        now = self.ledger.clock()
        if row.state is State.SENDING and now - row.updated > self.limits.stale_after:
            row = self.ledger.move(
                row, State.UNKNOWN, "no answer was written in time", error_code="WorkerGone"
            )
        if row.state not in CLAIMABLE | LEASED or (row.state in LEASED and row.leased_at(now)):
            return _standing(row)
        size = self.plan.envelope_size(key.recipient)
        if blocked := self.stopped or self.budget.blocked(size):
            return self._defer(row, blocked)
        row = self.ledger.claim(
            row, uuid.uuid4().hex, mode=self.plan.mode, payload_hash=self.plan.payload_hash,
            bcc=self.plan.bcc_for(key.recipient) or "", error_code="", response_code=0,
        )  # fmt: skip
        never = self._never(key)
        if never is not None:
            return _outcome(self.ledger.move(row, never), _NOTES.get(never, f"{never}: not sent"))
        return self._send(key, row, size)

    def _defer(self, row: Row, code: str) -> Outcome:
        if row.state is not State.DEFERRED:
            row = self.ledger.move(row, State.DEFERRED, code, error_code=code)
        return _outcome(row, _note(row))

    def _never(self, key: DeliveryKey) -> State | None:
        if self.ledger.suppressions.has(key.portfolio, key.recipient):
            return State.SUPPRESSED
        if self.plan.too_old:
            return State.EXPIRED
        if self.plan.purpose == "scheduled" and self.ledger.newer_accepted(key) is not None:
            return State.SUPERSEDED
        return State.SUPPRESSED if normalised(key.recipient) in self.suppressed else None

    def _send(self, key: DeliveryKey, row: Row, size: int) -> Outcome:
        try:
            data, facts = self._make(key, row)
        except Exception as error:  # one recipient's message stops no other
            return self._give_back(row, error)
        for attempt in range(1, self.limits.attempts + 1):
            grant = self.budget.reserve(size)
            if isinstance(grant, str):
                return self._defer(row, grant)
            row = self._ask_once(row, data, facts, grant, last=attempt == self.limits.attempts)
            if row.state is not State.RETRYING or row.lease_until == 0:
                break
            self.sleep(self._backoff(attempt))
        return _outcome(row, _note(row))

    def _make(self, key: DeliveryKey, row: Row) -> tuple[bytes, dict[str, str]]:
        claim = Claim(
            delivery_id=row.delivery_id,
            claim_id=row.claim_id,
            recipient=key.recipient,
            purpose=row.purpose,
            is_preview=self.plan.is_preview,
            last_accepted=None if self.plan.is_preview else self.ledger.last_accepted(key),
        )
        data = self.compose_message(key.recipient, claim)
        eml_key = self.archive_message(claim, data)
        return data, {"bytes_hash": hashlib.sha256(data).hexdigest(), "eml_key": eml_key}

    def _give_back(self, row: Row, error: Exception) -> Outcome:
        """The claim goes back untouched. An unforeseen error's text may hold an address: its kind is kept."""
        kind = type(error).__name__
        row = self.ledger.move(row, State.PLANNED, claim_id="", lease_until=0, error_code=kind)
        if isinstance(error, QuarterdeckError):
            log.error("deliver: delivery=%s message not made: %s", row.delivery_id, error)
        else:
            frames = "".join(traceback.format_tb(error.__traceback__))
            log.error("deliver: delivery=%s message not made: %s\n%s", row.delivery_id, kind, frames)
        return _outcome(row, f"the message could not be made ({kind}): see the log")

    def _ask_once(self, row: Row, data: bytes, facts: dict[str, str], grant: Grant, *, last: bool) -> Row:
        """``sending``, one request, and its result in the ledger. Of the last attempt the lease is let go."""
        self.budget.wait_near(grant)
        begun = self.monotonic()
        try:
            row = self.ledger.move(row, State.SENDING, attempt=row.attempt + 1, **facts)
        except LostClaimError:
            self.budget.done(grant, taken=False)
            raise
        placed = self._placed(row, grant, begun)
        if isinstance(placed, str):
            answer = Answer(Meaning.NOT_TAKEN, code=placed)
        else:
            grant, answer = placed, ask(self.ses, self.plan, row, data)
        # Written down even if the ledger can't be: with it a person settles an `unknown`.
        log.info(
            "ses: delivery=%s %s message_id=%s status=%d code=%s",
            row.delivery_id, answer.meaning.value, answer.message_id, answer.status, answer.code,
        )  # fmt: skip
        lease = {"lease_until": 0} if last or answer.meaning is not Meaning.NOT_TAKEN else {}
        row = self.ledger.move(
            row, _TARGETS[answer.meaning], answer.code, message_id=answer.message_id,
            response_code=answer.status, error_code=answer.code, **lease,
        )  # fmt: skip
        self.budget.done(grant, taken=answer.meaning in {Meaning.ACCEPTED, Meaning.UNKNOWN})
        if answer.meaning is Meaning.STOPPED:
            self.stopped = answer.code or answer.meaning.name
            self.budget.stop(self.stopped, whole_account=answer.whole_account)
        return row

    def _placed(self, row: Row, grant: Grant, begun: float) -> Grant | str:
        """Wait for the grant's place; one that was missed is exchanged for another, in bounded time.

        Answers the grant whose place is now, or the code of why the request may not leave.
        """
        try:
            while (elapsed := self.monotonic() - begun) <= self.limits.send_within:
                if self.budget.wait(grant, within=self.limits.send_within - elapsed):
                    return grant
                self.budget.done(grant, taken=False)
                another = self.budget.reserve(self.plan.envelope_size(row.recipient))
                if isinstance(another, str):
                    return another
                grant = another
        except (ClientError, BotoCoreError, DeliveryError) as error:
            return type(error).__name__
        self.budget.done(grant, taken=False)
        return "TooSlowToAsk"

    def _backoff(self, attempt: int) -> float:
        """Seconds: full jitter over a doubling ceiling, so that workers don't come back together."""
        ceiling: float = min(self.limits.longest_backoff, self.limits.backoff * 2 ** (attempt - 1))
        return ceiling * (0.5 + self.jitter() / 2)


def _standing(row: Row) -> Outcome:
    """The outcome of a delivery that this run leaves as it is."""
    if row.state in SENT:
        return _outcome(row, "already accepted", already=True)
    if row.state in FINAL:
        return _outcome(row, f"{row.state} before: final", already=False)
    return _outcome(row, _note(row))


def _note(row: Row) -> str:
    if row.state is State.DEFERRED and is_denied(row.error_code):
        # A message of bytes is asked for by SendEmail and allowed by SendRawEmail.
        return f"SES refused to send: {advice('ses:SendEmail and ses:SendRawEmail')}"
    return _NOTES.get(row.state, str(row.state))


def _outcome(row: Row, note: str, *, already: bool = False) -> Outcome:
    return Outcome(
        delivery_id=row.delivery_id,
        recipient_hash=row.recipient_hash,
        state=row.state,
        note=note,
        already=already,
        message_id=row.message_id,
        attempt=row.attempt,
        response_code=row.response_code or None,
        error_code=row.error_code,
        eml_key=row.eml_key,
        accepted_at=row.times.get(str(State.ACCEPTED), ""),
        delivered_at=row.times.get(str(State.DELIVERED), ""),
    )
