"""From a raw extract to the declared frame of a dataset: typed, keyed, cut at the end of the day."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quarterdeck.days import start_of_day
from quarterdeck.errors import SourceError
from quarterdeck.lake.schema import arrow_schema, has_money, pandas_frame
from quarterdeck.settings.definition import Column
from quarterdeck.sources.definition import SOURCE_KEY, Conformed
from quarterdeck.sources.nights import counted_back
from quarterdeck.sources.problems import Problems, found_words
from quarterdeck.sources.rebuilding import Rebuilding
from quarterdeck.sources.selection import mapped, select
from quarterdeck.sources.values import parse_column, parse_currency, parser_of, with_currency

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from quarterdeck.settings.definition import Dataset, Tenant
    from quarterdeck.settings.sources import AnySource
    from quarterdeck.sources.definition import Extract
    from quarterdeck.sources.selection import Selection

_INSTANT = pa.timestamp("us", tz="UTC")


def conform(
    extract: Extract,
    source: AnySource,
    dataset: Dataset,
    *,
    tenant: Tenant,
    zone: ZoneInfo,
    as_of_end: datetime | None,
) -> Conformed:
    """The declared frame of the tenant's rows, and why each other row is not in it.

    Rows that ``where`` leaves out, and the repetitions that ``distinct`` drops, are not rows of this
    dataset and not counted as read; a row that could not be parsed at all is, as nobody knows whose it
    is. A row is set aside for another tenant's id in it, a bad value, a required value that is missing, or
    the key of an earlier row (by ``created_at``, then the source's order). Of ``timing: events``, rows that
    became known at or after ``as_of_end`` are left out and counted in ``rows_after``; what happened to the
    others since is taken back as ``history`` says, whenever the source is read: the snapshot of the next
    morning and a day rebuilt months later are the same. ``rows_rolled_back`` has the kept rows that changed.

    With the source's ``cut_off`` an instant of the night (``created_at``, the dataset's ``dated_by``) becomes
    the last microsecond of the day before, whichever day is read for; figures cut at the end of the day.

    A column that no row has is filled with missing values of its type and named in ``absent_columns``. Money
    is in the row's ``currency``, the tenant's where it has none. ``created_at`` falls back on the dataset's
    ``known_by``; a state, and an event without these, is known as read. Raises SourceError for a mapping
    that can't be run.
    """
    _check_mapping(source, dataset)
    work = _Work(select(extract, source, _wanted(dataset)), source, dataset, tenant, zone)
    work.other_tenants()
    work.parse_currencies()
    work.parse_columns()
    work.parse_created_at(extract.read_at if as_of_end is None else as_of_end - timedelta(microseconds=1))
    work.count_nights_back()
    rows_after = 0
    if as_of_end is not None and dataset.timing == "events":
        rows_after = work.leave_out_after(as_of_end)
        work.roll_back(as_of_end)
    work.require()
    work.duplicates()
    frame = work.kept()
    newest = pc.max(frame.column("created_at")).as_py()
    return Conformed(
        frame=pandas_frame(frame),
        rows_read=work.rows + sum(part.rows for part in extract.quarantined),
        rows_after=rows_after,
        rows_rolled_back=work.rows_rolled_back,
        quarantined=(*extract.quarantined, *work.problems.quarantined(work.key_of)),
        absent_columns=tuple(name for name in work.absent if name in dataset.columns),
        newest=None if newest is None else newest.astimezone(UTC).isoformat(),
    )


def _wanted(dataset: Dataset) -> list[str]:
    extra = ["currency"] if has_money(dataset) else []
    return [*dataset.columns, *extra, "tenant", "created_at"]


def _check_mapping(source: AnySource, dataset: Dataset) -> None:
    known = _wanted(dataset)
    if unknown := sorted(set(source.columns) - set(known)):
        raise SourceError(
            f"the mapping of {dataset.id}: expected columns of the dataset, found {', '.join(unknown)}; "
            f"it has: {', '.join(known)}"
        )


class _Work:
    """The rows of one extract on their way to the declared frame."""

    def __init__(
        self, selection: Selection, source: AnySource, dataset: Dataset, tenant: Tenant, zone: ZoneInfo
    ) -> None:
        self._texts, self.absent = selection.table, selection.absent
        self._source, self._dataset, self._tenant, self._zone = source, dataset, tenant, zone
        self._typed: dict[str, pa.Array] = {}
        self._bad: list[tuple[str, str, np.ndarray]] = []  # column, what was expected, rows
        self.rows: int = self._texts.num_rows
        self._rolled_back = np.zeros(self.rows, dtype=bool)
        self.problems = Problems(self.rows)

    def _text(self, name: str) -> pa.ChunkedArray:
        return self._texts.column(name)

    def other_tenants(self) -> None:
        """Rows that name another tenant. Neither that tenant nor its keys are said: they are not ours."""
        foreign = pc.fill_null(pc.not_equal(self._text("tenant"), self._tenant.id), fill_value=False)
        self.problems.add(
            f"tenant: expected {self._tenant.id!r}, found another tenant's row",
            np.flatnonzero(foreign.to_numpy()),
            show_keys=False,
        )

    def parse_currencies(self) -> None:
        if has_money(self._dataset):
            texts = pc.fill_null(self._text("currency"), self._tenant.currency)
            self._typed["currency"], bad = parse_column(texts, parse_currency, pa.string())
            self._note("currency", bad)

    def parse_columns(self) -> None:
        schema = arrow_schema(self._dataset)
        for name, column in self._dataset.columns.items():
            texts = self._text(name)
            if column.type == "money":
                texts = with_currency(texts, pa.chunked_array([self._typed["currency"]]))
            parser = parser_of(column, mapped(self._source, name), self._zone)
            self._typed[name], bad = parse_column(texts, parser, schema.field(name).type)
            self._note(name, bad)

    def _note(self, name: str, bad: dict[str, np.ndarray]) -> None:
        self._bad += [(name, expected, rows) for expected, rows in bad.items()]

    def parse_created_at(self, as_read: datetime) -> None:
        how = mapped(self._source, "created_at")
        parser = parser_of(Column(type="instant"), how, self._zone)
        known, bad = parse_column(self._text("created_at"), parser, _INSTANT)
        self._note("created_at", bad)
        wrong = np.zeros(self.rows, dtype=bool)
        for rows in bad.values():
            wrong[rows] = True
        for name in self._dataset.known_by:
            known = pc.coalesce(known, self._starts(name))
        # What does not say when it became known, and has nothing to tell it by, is taken as it was read.
        if self._dataset.timing == "state" or not self._dataset.known_by:
            known = pc.fill_null(known, pa.scalar(as_read, _INSTANT))
        self._typed["created_at"] = pc.if_else(pa.array(wrong), pa.scalar(None, _INSTANT), known)

    def _starts(self, name: str) -> pa.Array:
        """The instants of a column that tells when a row became known; a day counts from its start."""
        column = self._typed[name]
        if not pa.types.is_date(column.type):
            return column
        encoded = column.dictionary_encode()
        starts = [start_of_day(day, self._zone) for day in encoded.dictionary.to_pylist()]
        return pa.array(starts, _INSTANT).take(encoded.indices)

    def count_nights_back(self) -> None:
        """Instants between midnight and the source's cut-off belong to the day before."""
        if self._source.cut_off is not None:
            for name in ("created_at", *self._dataset.dated_by):
                self._typed[name] = counted_back(self._typed[name], self._source.cut_off, self._zone)

    def leave_out_after(self, as_of_end: datetime) -> int:
        """Rows known only after the day are neither kept nor wrong, whatever else is in them."""
        late = pc.greater_equal(self._typed["created_at"], pa.scalar(as_of_end, _INSTANT))
        rows = self.problems.fresh(np.flatnonzero(pc.fill_null(late, fill_value=False)))
        self.problems.bad[rows] = True
        return len(rows)

    def roll_back(self, as_of_end: datetime) -> None:
        """Undo what happened to rows after the day. A bad value that came with it was not there yet."""
        rebuilding = Rebuilding(self._dataset, self._typed, end=as_of_end, zone=self._zone)
        rebuilding.run()
        self._rolled_back = rebuilding.changed
        self._bad = [
            (name, expected, rows[~rebuilding.cleared[name][rows]] if name in rebuilding.cleared else rows)
            for name, expected, rows in self._bad
        ]

    @property
    def rows_rolled_back(self) -> int:
        """How many of the kept rows look other than the source has them now."""
        return int(np.count_nonzero(self._rolled_back & ~self.problems.bad)) if len(self._rolled_back) else 0

    def require(self) -> None:
        """Set aside what is bad, then what is missing though required."""
        for name, expected, rows in self._bad:
            if len(fresh := self.problems.fresh(rows)):
                values = self._text(name).take(pa.array(fresh)).to_pylist()
                self.problems.add(f"{name}: {expected}, found {found_words(values)}", fresh)
        for name, column in self._dataset.columns.items():
            if column.required:
                self._require(name, "expected a value, found nothing")
        self._require(
            "created_at",
            "expected when the row became known, found nothing; map `created_at` (a `default` will do)",
        )

    def _require(self, name: str, reason: str) -> None:
        self.problems.add(f"{name}: {reason}", np.flatnonzero(self._typed[name].is_null()))

    def duplicates(self) -> None:
        rows = np.flatnonzero(~self.problems.bad)
        keys = pa.table({name: self._typed[name].take(pa.array(rows)) for name in self._dataset.key})
        created = self._typed["created_at"].take(pa.array(rows)).cast(pa.int64()).to_numpy()
        order = np.argsort(created, kind="stable")
        again = pandas_frame(keys.take(pa.array(order))).duplicated().to_numpy()
        key = ", ".join(self._dataset.key)
        self.problems.add(f"duplicate key: expected {key} once, found it again", np.sort(rows[order[again]]))

    def key_of(self, row: int) -> str:
        """How a row is called in a reason: by the dataset's key, or by its place where it has none."""
        parts = [self._typed[name][row].as_py() for name in self._dataset.key]
        if any(part is None for part in parts):
            return str(self._text(SOURCE_KEY)[row].as_py())
        return "/".join(str(part) for part in parts)

    def kept(self) -> pa.Table:
        self._typed["tenant"] = pa.array([self._tenant.id] * self.rows, pa.string())
        self._typed["source_key"] = self._text(SOURCE_KEY)
        schema = arrow_schema(self._dataset)
        kept = pa.array(~self.problems.bad)
        return pa.table([self._typed[name].filter(kept) for name in schema.names], schema=schema)
