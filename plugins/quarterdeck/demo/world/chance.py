"""What the seed decides: each topic of each month has a stream of its own.

So a month comes out the same whichever other months are made, and two anchors a day apart share nearly
all rows.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_NOISE = 3  # per cent on either side


@dataclass(frozen=True)
class Chance:
    """The dice of one business."""

    seed: int
    tenant: str

    def of(self, topic: str, month: date) -> Random:
        """The stream of a topic in a month."""
        return Random(f"{self.seed}/{self.tenant}/{topic}/{month:%Y-%m}")

    def key(self, *what: object) -> str:
        """A key that stands for a person: salted with the seed, so it says nothing about anyone."""
        text = "/".join(str(part) for part in (self.seed, self.tenant, *what))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def customer(self, random: Random, pool: int = 400) -> str:
        """A customer; now and then one who came before."""
        return self.key("customer", random.randrange(pool))


class Around:
    """Amounts up to 3 % around a base, none of them twice.

    The same sum to the same vendor twice in a week is what a duplicate looks like; only the planted one is.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._used: set[int] = set()

    def __call__(self, cents: int) -> int:
        """An amount in cents."""
        reach = cents * _NOISE // 100
        free = [a for a in range(cents - reach, cents + reach + 1) if a not in self._used]
        amount = self._random.choice(free)
        self._used.add(amount)
        return amount


def weighted(random: Random, choices: Sequence[tuple[str, int]]) -> str:
    """One of the words, by weight."""
    words, weights = zip(*choices, strict=True)
    return str(random.choices(words, weights)[0])


def sorted_days(random: Random, month: date, count: int, *, first: int, last: int) -> list[date]:
    """Distinct days of the month between two days of the month, in order."""
    return [month.replace(day=day) for day in sorted(random.sample(range(first, last + 1), count))]
