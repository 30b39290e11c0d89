"""The errors of Quarterdeck, low enough in the layers that every room may raise them.

An error says what was expected, what was found, where, and what to do about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class QuarterdeckError(Exception):
    """Anything that Quarterdeck itself found wrong."""


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake in a file of ``include/`` or of a portfolio: where it is and what it is."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ConfigError(QuarterdeckError):
    """Wrong configuration: carries every mistake that was found, not only the first."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        count = len(self.mistakes)
        head = f"{count} mistake{'' if count == 1 else 's'} in the configuration:"
        super().__init__("\n".join([head, *(f"  {mistake}" for mistake in self.mistakes)]))


class RequestError(QuarterdeckError):
    """A run was asked for something that can't be done: an unknown report, an unfinished day."""


class SourceError(QuarterdeckError):
    """A source could not be read at all (a broken part of it is quarantined instead)."""


class NothingToReadError(SourceError):
    """A source is reached and has nothing that can be read: its dataset is missing, the others go on."""


class LakeError(QuarterdeckError):
    """The lake or the archive holds something other than what was expected."""


class HeldError(QuarterdeckError):
    """A report is held: its data may not be said today."""


class DeliveryError(QuarterdeckError):
    """Something that was due did not go out; names what, never an address."""


class RetryLaterError(DeliveryError):
    """SES surely did not take a message yet: the task's next try goes on with it, on the same row."""


class PreflightError(DeliveryError):
    """The sender, its DKIM, the account or the quota is not in a state to send: nothing was sent."""
