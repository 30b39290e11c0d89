"""How fast an SES account may send: the arithmetic of the budget that all its workers share.

SES counts recipients (To, Cc and Bcc), not messages, per second and per rolling 24 hours, for a whole
account and Region. Nothing here reads a clock or asks AWS: ``budget.py`` does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

TOLERANCE = 0.025  # seconds: how long after its slot a message may still leave
STOPPED_FOR = 900.0  # seconds after which what SES has stopped is tried again
IN_FLIGHT_FOR = 300.0  # seconds: a grant older than that lost its worker, and the live quota tells the rest
ACCOUNT = "account"
QUOTA_SPENT = "DailyQuotaSpent"


@dataclass(frozen=True)
class Slot:
    """A place in time for one message. ``at`` in epoch seconds; ``recipients`` as SES counts them."""

    at: float
    recipients: int


@dataclass(frozen=True)
class Stop:
    """Why nothing is sent. ``until`` in epoch seconds; 0: until a person lifts it."""

    code: str
    until: float = 0.0
    reason: str = ""

    def holds(self, now: float) -> bool:
        """Whether it is in force."""
        return self.until == 0.0 or now < self.until


@dataclass(frozen=True)
class Meter:
    """What all workers of an SES account and Region share; every change gives a new one.

    ``rate``: recipients per second (0: never read). ``left``: recipients of the rolling 24 hours (None: no
    limit), ``granted``: how many were ever taken from it, ``in_flight``: grants without an answer yet, as
    recipients and the epoch second until which that is believed. ``stops`` by portfolio, and ``account``.
    ``batches``: by portfolio, how many messages went since its last pause, and when the last one.
    """

    rate: float = 0.0
    left: float | None = None
    granted: int = 0
    slots: tuple[Slot, ...] = ()
    in_flight: dict[str, tuple[int, float]] = field(default_factory=dict)
    stops: dict[str, Stop] = field(default_factory=dict)
    batches: dict[str, tuple[int, float]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Meter:
        """The inverse of ``as_json``."""
        return cls(
            rate=data["rate"],
            left=data["left"],
            granted=data["granted"],
            slots=tuple(Slot(at, recipients) for at, recipients in data["slots"]),
            in_flight={name: (n, until) for name, (n, until) in data["in_flight"].items()},
            stops={name: Stop(*stop) for name, stop in data["stops"].items()},
            batches={name: (count, last) for name, (count, last) in data["batches"].items()},
        )

    def as_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "rate": self.rate,
            "left": self.left,
            "granted": self.granted,
            "slots": [[slot.at, slot.recipients] for slot in self.slots],
            "in_flight": {name: list(grant) for name, grant in self.in_flight.items()},
            "stops": {name: [stop.code, stop.until, stop.reason] for name, stop in self.stops.items()},
            "batches": {name: list(batch) for name, batch in self.batches.items()},
        }

    def blocked(self, now: float, portfolio: str, recipients: int) -> str:
        """Why a message of that portfolio may not go now: a code; empty where it may."""
        for name in (ACCOUNT, portfolio):
            stop = self.stops.get(name)
            if stop is not None and stop.holds(now):
                return stop.code
        return QUOTA_SPENT if self.left is not None and recipients > self.left else ""

    def reserved(
        self, now: float, grant: str, portfolio: str, recipients: int, *, batch: int, pause: float
    ) -> tuple[Meter, float]:
        """The meter with a slot more, no earlier than ``now``, and when that slot is (epoch seconds)."""
        count, last = self.batches.get(portfolio, (0, 0.0))
        start = max(now, last + (pause if count >= batch else 0.0))
        if count >= batch or now >= last + pause:  # a quiet time is as good as a pause
            count = 0
        at = self._earliest(start, recipients)
        kept = tuple(slot for slot in self.slots if self._ends(slot) > now)
        after = replace(
            self,
            left=None if self.left is None else self.left - recipients,
            granted=self.granted + recipients,
            slots=(*kept, Slot(at, recipients)),
            in_flight={**self.in_flight, grant: (recipients, at + IN_FLIGHT_FOR)},
            batches={**self.batches, portfolio: (count + 1, at)},
        )
        return after, at

    def settled(self, grant: str, *, taken: bool) -> Meter:
        """The grant has its answer. What SES did not take goes back to the quota; its slot is used up."""
        recipients, _ = self.in_flight.get(grant, (0, 0.0))
        back = 0 if taken else recipients
        return replace(
            self,
            left=None if self.left is None else self.left + back,
            granted=self.granted - back,
            in_flight={name: entry for name, entry in self.in_flight.items() if name != grant},
        )

    def refreshed(self, mark: Meter, now: float, *, rate: float, quota_left: float | None) -> Meter:
        """The meter after the live quota was read; ``mark`` is the meter from just before that reading.

        What was in flight at the mark may not be in SES's count yet; what was granted since is not.
        Lifts the stops that SES itself had set before the reading: the account may send.
        """
        waiting = sum(n for n, until in mark.in_flight.values() if until > now)
        since = self.granted - mark.granted
        return replace(
            self,
            rate=rate,
            left=None if quota_left is None else quota_left - waiting - since,
            in_flight={name: entry for name, entry in self.in_flight.items() if entry[1] > now},
            stops={
                name: stop for name, stop in self.stops.items()
                if stop.holds(now) and (stop.until == 0.0 or name != ACCOUNT or stop != mark.stops.get(name))
            },
        )  # fmt: skip

    def stopped(self, name: str, stop: Stop | None) -> Meter:
        """The meter with the stop of ``account`` or of a portfolio set, or (None) lifted."""
        others = {each: held for each, held in self.stops.items() if each != name}
        return replace(self, stops=others if stop is None else {**others, name: stop})

    def _ends(self, slot: Slot) -> float:
        return slot.at + self._span(slot.recipients)

    def _span(self, recipients: int) -> float:
        """Seconds that a message fills: a message above the rate fills the seconds after it (as AWS says)."""
        return max(1.0, recipients / self.rate) + TOLERANCE

    def _earliest(self, start: float, recipients: int) -> float:
        """The first moment at which no rolling second gets above the rate, between the slots there are."""
        moments = sorted({start, *(end for end in map(self._ends, self.slots) if end > start)})
        return next(moment for moment in moments if self._fits(moment, recipients))

    def _fits(self, moment: float, recipients: int) -> bool:
        end = moment + self._span(recipients)
        beside = [
            slot.recipients
            for slot in self.slots
            if slot.at <= moment < self._ends(slot) or moment < slot.at < end
        ]
        return sum(beside) <= self.rate - min(recipients, self.rate)
