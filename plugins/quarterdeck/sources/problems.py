"""Why rows are set aside: the first thing wrong with each, gathered by column and kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from quarterdeck.lake.definition import Quarantined
from quarterdeck.sources.formats import SHOWN_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Rows = np.ndarray[Any, Any]

_LONGEST_SHOWN = 40


class Problems:
    """What is wrong with the rows of one extract. A row counts once, for the first thing found."""

    def __init__(self, rows: int) -> None:
        self.bad = np.zeros(rows, dtype=bool)
        self._found: list[tuple[str, Rows, bool]] = []

    def add(self, reason: str, rows: Rows, *, show_keys: bool = True) -> None:
        """Set aside those of the rows that nothing was wrong with so far."""
        fresh = rows[~self.bad[rows]]
        if len(fresh):
            self.bad[fresh] = True
            self._found.append((reason, fresh, show_keys))

    def fresh(self, rows: Rows) -> Rows:
        """Those of the rows that nothing was wrong with so far."""
        return rows[~self.bad[rows]]

    def quarantined(self, key_of: Callable[[int], str]) -> tuple[Quarantined, ...]:
        """One entry for each reason, in the order of the checks, with up to 20 of its rows' keys."""
        return tuple(
            Quarantined(
                reason, len(rows), tuple(key_of(int(row)) for row in rows[:SHOWN_KEYS]) if keys else ()
            )
            for reason, rows, keys in self._found
        )


def found_words(values: Sequence[Any]) -> str:
    """What was found, for a reason: the first value and how many other ones there are."""
    distinct = list(dict.fromkeys(values))
    others = len(distinct) - 1
    more = f" and {others} other value{'' if others == 1 else 's'}" if others else ""
    return f"{shown(distinct[0])}{more}"


def shown(value: Any) -> str:
    """A bad value, short, and never an address: reasons go into logs and reports."""
    text = str(value)
    if "@" in text:
        return f"a text of {len(text)} characters with an @"
    return repr(text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…")
