"""Single rows of a file that could not be read: counted by reason, with the places of a few."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.lake.definition import Quarantined
from quarterdeck.sources.formats.definition import SHOWN_KEYS
from quarterdeck.sources.problems import found_words

if TYPE_CHECKING:
    from collections.abc import Iterable

_KEPT_VALUES = 1000


class Aside:
    """What was set aside of one file, in memory that doesn't grow with the number of bad rows."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._keys: dict[str, list[str]] = {}
        self._found: dict[str, dict[str, None]] = {}

    def add(self, reason: str, keys: Iterable[str], found: Iterable[str] = ()) -> None:
        """Rows, by their keys; ``found`` are the bad values, said behind the reason."""
        few = self._keys.setdefault(reason, [])
        for key in keys:
            self._rows[reason] = self._rows.get(reason, 0) + 1
            if len(few) < SHOWN_KEYS:
                few.append(key)
        values = self._found.setdefault(reason, {})
        for value in found:
            if len(values) < _KEPT_VALUES:
                values.setdefault(value)

    @property
    def rows(self) -> int:
        """How many rows were set aside."""
        return sum(self._rows.values())

    def quarantined(self) -> tuple[Quarantined, ...]:
        """One entry for each reason, in the order of their words."""
        return tuple(
            Quarantined(self._words(reason), rows, tuple(self._keys[reason]))
            for reason, rows in sorted(self._rows.items())
        )

    def _words(self, reason: str) -> str:
        values = self._found[reason]
        return f"{reason}, found {found_words(list(values))}" if values else reason
