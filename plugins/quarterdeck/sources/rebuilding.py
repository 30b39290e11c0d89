"""How rows looked at the end of a day: what happened to them later is taken back, as the dataset declares.

Whole columns at a time, in the order of ``history``: an event sees the row as the later ones found it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quarterdeck.days import local_day

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from quarterdeck.settings.definition import Dataset, Earlier, Event

    Columns = dict[str, pa.Array]
    Rows = np.ndarray[Any, Any]


class Rebuilding:
    """Takes back what happened at or after ``end``, in ``columns`` themselves.

    ``end`` is the first instant after the as-of day. A day counts from its start: an event of the as-of day
    is known, one of the next day is not. ``cleared`` has, for each column that was blanked, the rows in
    which it was (a bad value among them was not there yet); ``changed`` the rows that look different now.
    """

    def __init__(self, dataset: Dataset, columns: Columns, *, end: datetime, zone: ZoneInfo) -> None:
        self._dataset, self._columns = dataset, columns
        self._end = pa.scalar(end, pa.timestamp("us", tz="UTC"))
        self._as_of = pa.scalar(local_day(end - timedelta(microseconds=1), zone), pa.date32())
        rows = len(columns[dataset.history[0].at]) if dataset.history else 0
        self.changed: Rows = np.zeros(rows, dtype=bool)
        self.cleared: dict[str, Rows] = {}

    def run(self) -> None:
        """Take back every event of the dataset's history."""
        for event in self._dataset.history:
            later = self._later(event)
            if later.true_count:
                self._take_back(event, later)

    def _later(self, event: Event) -> pa.Array:
        """Which rows have this event after the as-of day; not known when, it is not after it."""
        at = self._columns[event.at]
        after = pc.greater(at, self._as_of) if pa.types.is_date(at.type) else pc.greater_equal(at, self._end)
        for name, words in event.when.items():
            after = pc.and_kleene(after, pc.is_in(self._columns[name], pa.array(words, pa.string())))
        return pc.fill_null(after, fill_value=False)

    def _take_back(self, event: Event, later: pa.Array) -> None:
        # What a choice was is told by the other columns as they are before anything is cleared.
        choices = {name: self._put_back(name, before, later) for name, before in event.puts_back.items()}
        for name in event.clears:
            column = self._columns[name]
            self._mark(pc.and_(later, column.is_valid()))
            rows = self.cleared.setdefault(name, np.zeros(len(column), dtype=bool))
            rows |= later.to_numpy(zero_copy_only=False)
            self._columns[name] = pc.if_else(later, pa.scalar(None, column.type), column)
        for name, (words, rows) in choices.items():
            self._columns[name] = words
            self._mark(rows)

    def _put_back(
        self, name: str, before: dict[str, str | tuple[Earlier, ...]], later: pa.Array
    ) -> tuple[pa.Array, pa.Array]:
        """The column with its earlier words, and the rows that have another one now."""
        found = words = self._columns[name]
        rows = pa.array(np.zeros(len(found), dtype=bool))
        for word, earlier in before.items():
            here = pc.and_(later, pc.fill_null(pc.equal(found, word), fill_value=False))
            words = pc.if_else(here, self._earlier(earlier), words)
            rows = pc.or_(rows, here)
        return words, rows

    def _earlier(self, earlier: str | tuple[Earlier, ...]) -> pa.Array | pa.Scalar:
        if isinstance(earlier, str):
            return pa.scalar(earlier)
        *told, last = earlier
        words: pa.Array | pa.Scalar = pa.scalar(last.word)
        for one in reversed(told):
            assert one.given is not None  # noqa: S101 - settings.crosschecks has looked
            words = pc.if_else(self._columns[one.given].is_valid(), one.word, words)
        return words

    def _mark(self, rows: pa.Array) -> None:
        self.changed |= rows.to_numpy(zero_copy_only=False)
