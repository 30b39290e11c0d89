"""One event of SES into the ledger: the fact is kept, then each state that follows from all facts is written.

Nothing here depends on the order of events or on how often one comes, nor on whether this worker or another
died half way through the same event before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quarterdeck.delivery.events import Kind, RefusedEventError
from quarterdeck.delivery.facts import decisive
from quarterdeck.delivery.ledger import LostClaimError
from quarterdeck.delivery.plan import DeliveryKey, normalised
from quarterdeck.delivery.states import BY_EVENTS, SENT, State
from quarterdeck.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from quarterdeck.delivery.events import MailEvent
    from quarterdeck.delivery.facts import Fact
    from quarterdeck.delivery.ledger import Ledger
    from quarterdeck.delivery.rows import Row

_RACES = 8
_SUPPRESSING = frozenset({Kind.BOUNCE, Kind.COMPLAINT})
_ASKED = frozenset({State.SENDING, State.UNKNOWN, State.RETRYING})


class UnknownDeliveryError(DeliveryError):
    """An event of no delivery that the ledger knows of: it may be too early, or not ours."""


@dataclass(frozen=True)
class Told:
    """One recipient of the mail after the event: the ledger's row, and what decides on its state."""

    row: Row
    fact: Fact | None
    is_oversight: bool
    delivered_at: str = ""


@dataclass(frozen=True)
class Applied:
    """``told``: the recipient and, where there is one, the blind copy. ``is_new``: the event came first now.

    ``suppressed`` counts addresses that were put on the list by it. ``duplicate``: SES gave two ids to one
    delivery, so it was mailed twice. ``contradiction``: the ledger says that it never was sent.
    """

    delivery_id: str
    told: tuple[Told, ...]
    is_new: bool
    suppressed: int
    duplicate: bool
    contradiction: bool


def apply_event(event: MailEvent, ledger: Ledger, portfolio: str) -> Applied:
    """Apply an event to the ledger of a portfolio; again, it changes nothing.

    Raises UnknownDeliveryError, and RefusedEventError for what is another portfolio's or names nobody whom
    the delivery went to.
    """
    row = _row_of(event, ledger, portfolio)
    own = {normalised(address) for address in (row.recipient, row.bcc) if address}
    if not own & event.recipients.keys():
        raise RefusedEventError("it names nobody whom its delivery went to")
    is_new = ledger.facts.add(row.delivery_id, event, ledger.clock())
    facts = ledger.facts.of(row.delivery_id)
    told = _settled(ledger, row, facts)
    ids = {fact.message_id for fact in facts} | {told[0].row.message_id} - {""}
    return Applied(
        delivery_id=row.delivery_id,
        told=told,
        is_new=is_new,
        suppressed=sum(_suppress(event, ledger, portfolio, address) for address in own),
        duplicate=len(ids) > 1,
        contradiction=any(_contradicts(one) for one in told),
    )


def _contradicts(told: Told) -> bool:
    """Whether the ledger says that it never was mailed, or was refused, and an event says otherwise."""
    state, fact = told.row.state, told.fact
    if state is State.REFUSED and fact is not None:
        return BY_EVENTS.index(fact.state) > BY_EVENTS.index(state)
    return state not in BY_EVENTS


def _row_of(event: MailEvent, ledger: Ledger, portfolio: str) -> Row:
    if event.portfolio not in {"", portfolio}:
        raise RefusedEventError("its mail was tagged by another portfolio")
    delivery_id = event.delivery_id or ledger.facts.delivery_of(event.message_id)
    row = ledger.find(delivery_id) if delivery_id else None
    if row is None:
        raise UnknownDeliveryError(
            "its delivery is not in the ledger"
            if delivery_id
            else "no tag, and no event before it, says whose it is"
        )
    if row.portfolio != portfolio:
        raise RefusedEventError("its delivery is another portfolio's")
    return row


def _settled(ledger: Ledger, row: Row, facts: tuple[Fact, ...]) -> tuple[Told, ...]:
    """The recipient's row, then that of the blind copy: each by the facts about its own address."""
    key = DeliveryKey(row.portfolio, row.report, row.as_of, row.recipient, row.purpose)
    told = [_one(ledger, lambda: ledger.get(key), row.recipient, facts, is_oversight=False)]
    if row.bcc and ledger.oversight_of(key) is not None:
        told.append(_one(ledger, lambda: ledger.oversight_of(key), row.bcc, facts, is_oversight=True))
    return tuple(told)


def _one(
    ledger: Ledger,
    read: Callable[[], Row | None],
    address: str,
    facts: tuple[Fact, ...],
    *,
    is_oversight: bool,
) -> Told:
    fact = decisive(facts, address)
    # Whatever became of one recipient, SES had the message for both.
    target = State.ACCEPTED if fact is None else fact.state
    code = "" if fact is None or target is State.ACCEPTED else fact.code_of(address)
    row = _moved(ledger, read, target, facts[0].message_id, code)
    arrived = [f.at for f in facts if f.kind is Kind.DELIVERY and decisive([f], address) is not None]
    stamp = min(arrived).isoformat(timespec="milliseconds") if arrived else ""
    return Told(row, fact, is_oversight, stamp)


def _moved(ledger: Ledger, read: Callable[[], Row | None], target: State, message_id: str, code: str) -> Row:
    """The row in the state that events give it, unless it is there or further already."""
    for _ in range(_RACES):
        row = read()
        if row is None:
            raise UnknownDeliveryError("its delivery has gone from the ledger")
        try:
            for state in _steps(row.state, target):
                named = {"message_id": message_id} if row.state in _ASKED else {}
                coded = {"error_code": code} if state is target else {"error_code": ""}
                row = ledger.move(row, state, "an SES event says so", **named, **coded)
        except LostClaimError:
            continue  # the worker that sends, or another consumer, wrote in between
        return row
    raise DeliveryError(f"a delivery was moved by others {_RACES} times in a row; the event comes again")


def _steps(now: State, target: State) -> tuple[State, ...]:
    """By which states a row gets to what events say; none where it is there or further, or can't be moved."""
    if now in _ASKED:
        # By way of accepted, so that the blind copy follows and the time is told.
        return (target,) if target is State.ACCEPTED else (State.ACCEPTED, target)
    if now in SENT and BY_EVENTS.index(target) > BY_EVENTS.index(now):
        return (target,)
    return ()


def _suppress(event: MailEvent, ledger: Ledger, portfolio: str, address: str) -> bool:
    if event.kind not in _SUPPRESSING or address not in event.recipients:
        return False
    code = f"{event.code} {event.recipients[address]}".strip()
    return ledger.suppressions.add(portfolio, address, because=str(event.kind), code=code, since=event.at)
