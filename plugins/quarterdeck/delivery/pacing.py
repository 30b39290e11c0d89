"""How fast one run may send: recipients per rolling second, batches with a pause, the day's quota.

SES counts recipients (To, Cc and Bcc), not messages. A message that is larger than the rate is let
through and fills the seconds after it (AWS, "sending limits are based on recipients").
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MARGIN = 0.05  # seconds: two clocks never agree on where a second begins


@dataclass
class Pacer:
    """Ask ``has_quota`` and ``wait`` before a message of ``n`` recipients, tell ``done`` after it.

    ``rate`` is recipients per second, ``quota_left`` recipients (None: no limit). After ``batch``
    messages it waits ``pause_seconds``. ``clock`` is monotonic, in seconds. One pacer serves one thread.
    """

    rate: float
    quota_left: float | None
    batch: int = 5
    pause_seconds: float = 2.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _recent: deque[tuple[float, int]] = field(default_factory=deque, init=False, repr=False)
    _in_batch: int = field(default=0, init=False, repr=False)
    _last: float | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.rate <= 0 or self.batch < 1 or self.pause_seconds < 0:
            raise ValueError("expected a rate above 0, a batch of at least 1 and a pause of 0 or more")

    def has_quota(self, recipients: int) -> bool:
        """Whether the day's quota has room for that many recipients more."""
        return self.quota_left is None or recipients <= self.quota_left

    def wait(self, recipients: int) -> float:
        """Sleep until a message to that many recipients may leave; answers the seconds slept."""
        slept = 0.0
        while (delay := max(self._until_rate(recipients), self._until_batch())) > 0:
            self.sleep(delay)
            slept += delay
        if self._in_batch >= self.batch:
            self._in_batch = 0
        return slept

    def done(self, recipients: int, *, taken: bool) -> None:
        """A request has ended. ``taken``: SES took it, or may have; otherwise it costs no quota.

        Its place in the rolling second counts from its end: SES counted it no later than that.
        """
        self._last = self.clock()
        self._recent.append((self._last, recipients))
        self._in_batch += 1
        if taken and self.quota_left is not None:
            self.quota_left -= recipients

    def _until_rate(self, recipients: int) -> float:
        now = self.clock()
        while self._recent and self._ends(self._recent[0]) <= now:
            self._recent.popleft()
        room = self.rate - min(recipients, self.rate)
        used = sum(count for _, count in self._recent)
        for entry in self._recent:
            if used <= room:
                break
            used -= entry[1]
            if used <= room:
                return max(0.0, self._ends(entry) - now)
        return 0.0

    def _ends(self, entry: tuple[float, int]) -> float:
        at, count = entry
        return at + max(1.0, count / self.rate) + _MARGIN

    def _until_batch(self) -> float:
        if self._in_batch < self.batch or self._last is None:
            return 0.0
        return max(0.0, self._last + self.pause_seconds - self.clock())
