"""The files of a source put together: good ones joined, broken ones named, logs aggregated."""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from quarterdeck.errors import NothingToReadError
from quarterdeck.lake.definition import Quarantined
from quarterdeck.sources.aggregation import Aggregation
from quarterdeck.sources.columns import frame_of, joined
from quarterdeck.sources.definition import Extract
from quarterdeck.sources.formats.aside import Aside
from quarterdeck.sources.formats.definition import Counted, Form, shown_name
from quarterdeck.sources.formats.reading import batches
from quarterdeck.sources.selection import mapped
from quarterdeck.sources.wanted import attributes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    import pyarrow as pa

    from quarterdeck.settings.definition import Dataset
    from quarterdeck.settings.sources import FileSource, S3Source

log = logging.getLogger(__name__)

_NUMBERS = frozenset({"integer", "decimal", "money"})
_NAME = re.compile(r"\w+", re.ASCII)
_PARTIALS = 32  # merged when there are so many, so that groups and not batches are what is held


@dataclass(frozen=True)
class Part:
    """One file: its rows (with ``_source_key``) or groups, and the single rows that could not be read.

    ``rows``: how many rows of the file went into ``table``. ``size``: its bytes as they lie there.
    """

    table: pa.Table
    quarantined: tuple[Quarantined, ...]
    rows: int
    size: int


class PartReader:
    """Files of one source on their way to an extract. Files may be read side by side."""

    def __init__(self, source: S3Source | FileSource, dataset: Dataset, location: str) -> None:
        names = attributes(source, dataset)
        self._form = Form(
            kind=source.format,
            dialect=source.dialect,
            records=source.records,
            names=None if names is None else frozenset(name.lower() for name in names),
            numbers=_numbers(source, dataset),
        )
        self._aggregation: Aggregation | None = None
        if source.aggregate is not None:
            self._aggregation = Aggregation(source.aggregate, location, names)
        self._location, self._started = location, time.monotonic()

    def read(self, stream: BinaryIO, name: str) -> Part:
        """The rows of a file, batch by batch. Raises BrokenFileError where it can't be read as a whole."""
        aside, counted = Aside(), Counted(stream)
        tables = batches(counted, self._form, name, aside)  # type: ignore[arg-type]
        if self._aggregation is None:
            table = joined(list(tables))
            rows = table.num_rows
        else:
            table, rows = _aggregated(self._aggregation, tables, aside)
        return Part(table, aside.quarantined(), rows, counted.taken)

    def extract(
        self, parts: Iterable[Part | Quarantined], *, now: datetime, arrived_at: datetime | None = None
    ) -> Extract:
        """One extract of the parts, in their order; a ``Quarantined`` stands for a broken file.

        Raises NothingToReadError where not one could be read: no rows is not the same as zero rows.
        """
        good: list[Part] = []
        broken: list[Quarantined] = []
        for part in parts:
            if isinstance(part, Part):
                good.append(part)
            else:
                broken.append(part)
        if not good:
            raise NothingToReadError(
                f"{self._location}: expected files that can be read, found none in {len(broken)}; "
                f"{broken[0].keys[0]}: {broken[0].reason}"
            )
        rows = sum(part.rows for part in good)
        table = self._joined(good)
        bad_rows = tuple(each for part in good for each in part.quarantined)
        self._log(good, len(broken), rows)
        return Extract(
            frame=frame_of(table),
            rows_read=table.num_rows + sum(each.rows for each in bad_rows),
            location=self._location,
            read_at=now,
            broken=tuple(broken),
            quarantined=bad_rows,
            arrived_at=arrived_at,
            rows_aggregated=0 if self._aggregation is None else rows,
        )

    def _joined(self, good: Sequence[Part]) -> pa.Table:
        tables = [part.table for part in good]
        if self._aggregation is None:
            return joined(tables)
        return self._aggregation.keyed(self._aggregation.merged(tables), len(good))

    def _log(self, good: Sequence[Part], broken: int, rows: int) -> None:
        seconds = time.monotonic() - self._started
        log.info(
            "files: read %s files=%d broken_files=%d bytes=%d rows=%d seconds=%.2f",
            self._location, len(good), broken, sum(part.size for part in good), rows, seconds,
        )  # fmt: skip


def _aggregated(aggregation: Aggregation, tables: Iterator[pa.Table], aside: Aside) -> tuple[pa.Table, int]:
    partials: list[pa.Table] = []
    rows = 0
    for table in tables:
        partial, went_in = aggregation.partial(table, aside)
        partials.append(partial)
        rows += went_in
        if len(partials) == _PARTIALS:
            partials = [aggregation.merged(partials)]
    return aggregation.merged(partials), rows


def _numbers(source: S3Source | FileSource, dataset: Dataset) -> frozenset[str]:
    """The attributes that are read as numbers: those that a column of numbers comes from.

    SQL sees them plain as well. Of an aggregate: the attributes that are summed.
    """
    if source.aggregate is not None:
        summed = (total.sql or "" for total in source.aggregate.totals.values() if total.how == "sum")
        return frozenset(sql.strip().lower() for sql in summed if _NAME.fullmatch(sql.strip()))
    columns = [name for name, column in dataset.columns.items() if column.type in _NUMBERS]
    ways = [(name, mapped(source, name)) for name in columns]
    return frozenset((how.source or name).lower() for name, how in ways if how.sql is None)


def broken_file(name: str, reason: str) -> Quarantined:
    """A file that could not be read; how many rows it has is unknown."""
    return Quarantined(reason, 0, (shown_name(name),))
