"""What became of a dataset's rows since an earlier snapshot, as of the day of that snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from quarterdeck.days import end_of_day
from quarterdeck.sources.rebuilding import Rebuilding

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from zoneinfo import ZoneInfo

    from quarterdeck.settings.definition import Dataset

MOST_KEYS = 20
_PLACE_OF_A_ROW = "source_key"


@dataclass(frozen=True)
class Difference:
    """Rows of one kind: ``added``, ``removed`` or ``changed`` (then in which columns); keys up to 20."""

    kind: str
    rows: int
    keys: tuple[str, ...]
    columns: tuple[str, ...] = ()
    negative: int = 0  # of the added ones: how many have a negative amount


def as_seen(table: pa.Table, dataset: Dataset, day: date, zone: ZoneInfo) -> pa.Table:
    """The rows of a later snapshot as they were at the end of a day; a dataset of states as it is."""
    if dataset.timing != "events":
        return table
    end = end_of_day(day, zone)
    known = pc.less(table["created_at"], pa.scalar(end, pa.timestamp("us", tz="UTC")))
    kept = table.filter(known).combine_chunks()
    columns = {name: _array(kept[name]) for name in kept.column_names}
    Rebuilding(dataset, columns, end=end, zone=zone).run()
    return pa.table(columns)


def _array(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)


def differences(
    then: pa.Table, now: pa.Table, dataset: Dataset, columns: Collection[str] | None = None
) -> list[Difference]:
    """Rows that were added, removed or changed between two tables of a dataset, by its key.

    Where a row lay is no part of it. ``columns`` narrows what counts as a change to some of them.
    """
    common = [name for name in then.column_names if name in now.column_names and name != _PLACE_OF_A_ROW]
    compared = [
        name
        for name in common
        if name not in {*dataset.key, "tenant"} and (columns is None or name in columns)
    ]
    with duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "1GB"}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.register("earlier", then.select(common))
        connection.register("later", now.select(common))
        rows = _Rows(connection, dataset, "amount" in common)
        found = [rows.alone("added", "later", "earlier"), rows.alone("removed", "earlier", "later")]
        if compared:
            found.append(rows.changed(compared))
    return [difference for difference in found if difference.rows]


class _Rows:
    def __init__(self, connection: duckdb.DuckDBPyConnection, dataset: Dataset, has_amount: bool) -> None:
        self._connection, self._has_amount = connection, has_amount
        self._join = " and ".join(f'a."{name}" = b."{name}"' for name in dataset.key)
        self._key = " || '/' || ".join(f'cast(a."{name}" as varchar)' for name in dataset.key)

    def alone(self, kind: str, here: str, there: str) -> Difference:
        """Rows of one table whose key the other hasn't."""
        negative = "count(*) filter (where amount < 0)" if self._has_amount else "0"
        key = f"{self._key} as key" + (", a.amount" if self._has_amount else "")
        query = f"select {key} from {here} as a anti join {there} as b on {self._join}"  # noqa: S608
        rows, below = self._one(f"select count(*), {negative} from ({query})")  # noqa: S608
        return Difference(kind, rows, self._keys(query) if rows else (), (), below)

    def changed(self, columns: list[str]) -> Difference:
        """Rows of both with another value in one of the columns."""
        differ = [f'a."{name}" is distinct from b."{name}"' for name in columns]
        query = (
            f"select {self._key} as key, {', '.join(differ)} "  # noqa: S608 - declared names
            f"from later as a join earlier as b on {self._join} where {' or '.join(differ)}"
        )
        numbered = ", ".join(f"coalesce(bool_or(c{n}), false)" for n in range(len(columns)))
        names = ", ".join(["key", *(f"c{n}" for n in range(len(columns)))])
        rows, *which = self._one(f"select count(*), {numbered} from ({query}) as d({names})")  # noqa: S608
        told = tuple(name for name, differs in zip(columns, which, strict=True) if differs)
        return Difference("changed", rows, self._keys(query) if rows else (), told)

    def _one(self, query: str) -> tuple[int, ...]:
        row: tuple[int, ...] = self._connection.execute(query).fetchall()[0]
        return row

    def _keys(self, query: str) -> tuple[str, ...]:
        first = f"select key from ({query}) order by key limit {MOST_KEYS}"  # noqa: S608
        return tuple(row[0] for row in self._connection.execute(first).fetchall())
