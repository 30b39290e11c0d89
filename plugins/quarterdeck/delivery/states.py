"""The states of a delivery and every transition between them, each with its reason.

This module is the only one that says what may follow what; the ledger refuses anything else, and
``docs/delivery.md`` shows the diagram made from it (``python -m quarterdeck.delivery.states``).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum

from quarterdeck.errors import DeliveryError


class State(StrEnum):
    """Where a delivery stands."""

    PLANNED = "planned"
    AWAITING_APPROVAL = "awaiting_approval"
    HELD = "held"
    DEFERRED = "deferred"
    CLAIMED = "claimed"
    SENDING = "sending"
    RETRYING = "retrying"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    REFUSED = "refused"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


MEANING: dict[State, str] = {
    State.PLANNED: "Due, and nobody has begun.",
    State.AWAITING_APPROVAL: "Due, and a person must say yes first.",
    State.HELD: "Kept back because the data may not be said.",
    State.DEFERRED: "Nothing was sent: the quota is spent, or the account or its sender may not send now.",
    State.CLAIMED: "A worker has it, for as long as its lease lasts; nothing was asked of SES yet.",
    State.SENDING: "The bytes are frozen and the request is about to leave, or has left.",
    State.RETRYING: "SES surely did not take it; the same bytes may be asked again.",
    State.UNKNOWN: "SES was asked and the answer was lost: never sent again by itself.",
    State.ACCEPTED: "SES took it and gave a message id.",
    State.DELIVERED: "The recipient's mail server took it.",
    State.DELAYED: "The recipient's mail server put it off, or answered with a bounce that may pass.",
    State.BOUNCED: "The recipient's mail server refused it for good.",
    State.COMPLAINED: "The recipient reported it as spam.",
    State.REFUSED: "SES said no to this message: final.",
    State.EXPIRED: "Too old to be news when its turn came: final.",
    State.SUPERSEDED: "A newer edition went out first: final.",
    State.SUPPRESSED: "The address is on the suppression list: final.",
    State.CANCELLED: "A person called it off: final.",
}

# SES has the message: nothing may make it be sent again.
SENT = frozenset({State.ACCEPTED, State.DELIVERED, State.DELAYED, State.BOUNCED, State.COMPLAINED})
# Nothing more will happen by itself or by a worker.
FINAL = frozenset({State.REFUSED, State.EXPIRED, State.SUPERSEDED, State.SUPPRESSED, State.CANCELLED})
# A worker may take it: at once, or (the leased ones) when the lease of the worker before is over.
# By rule nobody waits for these any more: the day is done without them, and says so.
NO_LONGER_DUE = frozenset({State.EXPIRED, State.SUPERSEDED})
CLAIMABLE = frozenset({State.PLANNED, State.DEFERRED})
LEASED = frozenset({State.CLAIMED, State.RETRYING})
# What events say, least first: of all events of a delivery the last of these counts, in whatever order they
# come and however often. (SES takes a message before it rejects it.)
BY_EVENTS = (
    State.ACCEPTED,
    State.REFUSED,
    State.DELAYED,
    State.DELIVERED,
    State.BOUNCED,
    State.COMPLAINED,
)


@dataclass(frozen=True)
class Transition:
    """One allowed step and why it exists."""

    source: State
    target: State
    reason: str


def _to(target: State, reasons: dict[State, str]) -> tuple[Transition, ...]:
    return tuple(Transition(source, target, reason) for source, reason in reasons.items())


TRANSITIONS: tuple[Transition, ...] = (
    *_to(
        State.CLAIMED,
        {
            State.PLANNED: "a worker takes it, with a lease",
            State.DEFERRED: "what stood in the way may be over: a worker takes it",
            State.CLAIMED: "the lease is over: taken over, conditional on the claim that was read",
            State.RETRYING: "the worker that retried is gone or gave up; SES surely did not take it",
        },
    ),
    *_to(
        State.PLANNED,
        {
            State.CLAIMED: "given back untouched: the message could not be made",
            State.AWAITING_APPROVAL: "a person said yes",
            State.HELD: "the hold was lifted",
        },
    ),
    *_to(State.AWAITING_APPROVAL, {State.PLANNED: "the report wants a person's yes"}),
    *_to(State.HELD, {State.PLANNED: "the report's data may not be said"}),
    *_to(
        State.DEFERRED,
        {
            State.PLANNED: "quota spent, or sending is stopped: nothing was asked",
            State.CLAIMED: "its worker is gone, and quota or a stop stands in the way: nothing was asked",
            State.RETRYING: "quota spent, or sending is stopped: nothing more is asked",
            State.SENDING: "SES said that the account or the sender may not send now: not taken",
        },
    ),
    *_to(
        State.SENDING,
        {
            State.CLAIMED: "bytes hashed and archived: the request leaves next",
            State.RETRYING: "same claim, same bytes, the next attempt",
        },
    ),
    *_to(State.RETRYING, {State.SENDING: "throttled, 503, no connection, or not asked in time: not taken"}),
    *_to(State.UNKNOWN, {State.SENDING: "no readable answer, or the worker is gone: it may have been taken"}),
    *_to(
        State.ACCEPTED,
        {
            State.SENDING: "SES answered with a message id",
            State.UNKNOWN: "the answer came late, an SES event bears its tag, or a person settled it",
            State.RETRYING: "an SES event bears its tag: it was taken after all, and is not asked again",
        },
    ),
    *_to(
        State.REFUSED,
        {
            State.SENDING: "SES said no to this message",
            State.UNKNOWN: "the answer came late and was a no, or an SES event says so",
            State.ACCEPTED: "SES took it, found it bad and did not send it: its Reject event",
        },
    ),
    *_to(
        State.DELIVERED,
        {
            State.SENDING: "the event came before the answer was written",
            State.UNKNOWN: "the event proves that it was taken, or a person found that it arrived",
            State.ACCEPTED: "the recipient's server took it",
            State.DELAYED: "the recipient's server took it in the end",
        },
    ),
    *_to(
        State.DELAYED,
        {
            State.SENDING: "the event came before the answer was written",
            State.UNKNOWN: "the event proves that it was taken",
            State.ACCEPTED: "the recipient's server put it off",
        },
    ),
    *_to(
        State.BOUNCED,
        {
            State.SENDING: "the event came before the answer was written",
            State.UNKNOWN: "the event proves that it was taken",
            State.ACCEPTED: "refused for good by the recipient's server",
            State.DELAYED: "given up after delays",
            State.DELIVERED: "a bounce that came after the delivery",
        },
    ),
    *_to(
        State.COMPLAINED,
        {
            State.SENDING: "the event came before the answer was written",
            State.UNKNOWN: "the event proves that it was taken",
            State.ACCEPTED: "reported as spam",
            State.DELAYED: "reported as spam",
            State.DELIVERED: "reported as spam",
            State.BOUNCED: "a complaint outweighs a bounce",
        },
    ),
    *_to(State.EXPIRED, {State.CLAIMED: "older than the portfolio's max_age_days"}),
    *_to(State.SUPERSEDED, {State.CLAIMED: "a newer edition was accepted for this recipient"}),
    *_to(State.SUPPRESSED, {State.CLAIMED: "the address is on the suppression list"}),
    *_to(
        State.CANCELLED,
        {
            State.PLANNED: "a person called it off",
            State.DEFERRED: "a person called it off",
            State.AWAITING_APPROVAL: "a person said no, or nobody said yes in time",
            State.HELD: "a person called it off",
            State.UNKNOWN: "a person found that it never arrived; sending it again is a resend of its own",
        },
    ),
)

_REASONS = {(transition.source, transition.target): transition.reason for transition in TRANSITIONS}


def allowed(source: State, target: State) -> bool:
    """Whether ``target`` may follow ``source``."""
    return (source, target) in _REASONS


def reason_for(source: State, target: State) -> str:
    """Why that step exists. Raises DeliveryError for a step that isn't allowed, with those that are."""
    try:
        return _REASONS[source, target]
    except KeyError:
        known = ", ".join(sorted(after for before, after in _REASONS if before == source)) or "nothing"
        raise DeliveryError(
            f"a delivery that is {source} may become: {known}; {target} was asked for. "
            "See the table in quarterdeck/delivery/states.py"
        ) from None


def page() -> str:
    """The generated part of ``docs/delivery.md``: the states, the diagram, the transitions (Markdown)."""
    meanings = "\n".join(f"| `{state}` | {MEANING[state]} |" for state in State)
    arrows = "\n".join(f"    {t.source} --> {t.target}" for t in TRANSITIONS)
    steps = "\n".join(f"| `{t.source}` | `{t.target}` | {t.reason} |" for t in TRANSITIONS)
    return (
        f"| state | meaning |\n|---|---|\n{meanings}\n\n"
        f"```mermaid\nstateDiagram-v2\n    [*] --> planned\n{arrows}\n```\n\n"
        f"| from | to | because |\n|---|---|---|\n{steps}\n"
    )


if __name__ == "__main__":
    sys.stdout.write(page())
