"""What a delivery run is asked to do and what comes of it: plain data, no AWS."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from quarterdeck.delivery.states import SENT, State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

_PURPOSE = re.compile(r"^(scheduled|(correction|resend):[1-9][0-9]*|preview:[0-9a-f]{8,64})$")


def normalised(address: str) -> str:
    """The address as an identity: trimmed, lower case. Two spellings of it are one recipient."""
    return address.strip().casefold()


def address_hash(address: str) -> str:
    """SHA-256 of the normalised address: what keys and logs hold instead of the address."""
    return hashlib.sha256(normalised(address).encode()).hexdigest()


@dataclass(frozen=True)
class DeliveryKey:
    """One delivery: an edition, to one recipient, for one purpose. ``as_of`` is an ISO day."""

    portfolio: str
    report: str
    as_of: str
    recipient: str
    purpose: str

    @property
    def pk(self) -> str:
        """Partition key: all editions of a report to one recipient lie together."""
        return f"{self.portfolio}#{self.report}#{address_hash(self.recipient)}"

    @property
    def sk(self) -> str:
        """Sort key: by day, then purpose."""
        return f"{self.as_of}#{self.purpose}"

    @property
    def delivery_id(self) -> str:
        """Derived from the key; safe as an SES tag and as a file name."""
        return hashlib.sha256(f"{self.pk}#{self.sk}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class DeliveryPlan:
    """One edition and whom it goes to.

    ``purpose``: ``scheduled``, ``correction:n``, ``resend:n`` or ``preview:<payload hash>``. ``sender``
    is the From address of the SES call; ``oversight`` the BCC, which never is in the message. ``today``
    is the portfolio's local day of the run. A scheduled edition goes out until ``max_age_days`` after
    the first day on which it could (the day after ``as_of``); later it is ``expired``.
    Raises ValueError for a preview with several recipients or a BCC, or for an unknown purpose.
    """

    portfolio: str
    report: str
    as_of: date
    purpose: str
    mode: Literal["preview", "send"]
    recipients: tuple[str, ...]
    oversight: str | None
    sender: str
    configuration_set: str
    payload_hash: str
    today: date
    max_age_days: int

    def __post_init__(self) -> None:
        if not _PURPOSE.match(self.purpose):
            raise ValueError(
                "expected scheduled, correction:<n>, resend:<n> or preview:<payload hash>, "
                f"found {self.purpose!r}"
            )
        if (self.mode == "preview") != self.is_preview:
            raise ValueError(f"mode {self.mode} and purpose {self.purpose!r} don't go together")
        if self.is_preview and (len(self.recipients) != 1 or self.oversight is not None):
            raise ValueError("a preview goes to the portfolio's preview address alone, with no BCC")

    @property
    def is_preview(self) -> bool:
        """Whether it is only looked at: no baseline, no BCC, never satisfies ``scheduled``."""
        return self.purpose.startswith("preview:")

    @property
    def too_old(self) -> bool:
        """Whether the edition is no news any more. Previews and resends are asked for by a person."""
        if self.is_preview or self.purpose.startswith("resend:"):
            return False
        return (self.today - self.as_of).days - 1 > self.max_age_days

    def deliveries(self) -> list[DeliveryKey]:
        """A key per recipient, in order, each recipient once."""
        unique: dict[str, str] = {}
        for address in self.recipients:
            unique.setdefault(normalised(address), address.strip())
        return [
            DeliveryKey(self.portfolio, self.report, self.as_of.isoformat(), address, self.purpose)
            for address in unique.values()
        ]

    def bcc_for(self, recipient: str) -> str | None:
        """The oversight address, unless it is the recipient itself: that would mail them twice."""
        if self.oversight is None or normalised(self.oversight) == normalised(recipient):
            return None
        return self.oversight

    def envelope_size(self, recipient: str) -> int:
        """How many recipients SES counts for the message: the BCC costs one."""
        return 1 if self.bcc_for(recipient) is None else 2


@dataclass(frozen=True)
class Outcome:
    """What became of one recipient; holds no address. ``note`` says it in words.

    ``accepted_at`` and ``delivered_at``: when it first was in that state (ISO, UTC); empty: it never was.
    """

    delivery_id: str
    recipient_hash: str
    state: State
    note: str
    already: bool = False
    message_id: str = ""
    attempt: int = 0
    response_code: int | None = None
    error_code: str = ""
    eml_key: str = ""
    accepted_at: str = ""
    delivered_at: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain JSON: safe for XCom and logs."""
        return asdict(self) | {"state": str(self.state)}

    @property
    def done(self) -> bool:
        """Whether SES has the message."""
        return self.state in SENT


def summary(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Counts by state, and ``already accepted`` apart: ``{"accepted": 2, "already accepted": 1}``."""
    words = ("already accepted" if outcome.already else str(outcome.state) for outcome in outcomes)
    return dict(sorted(Counter(words).items()))
