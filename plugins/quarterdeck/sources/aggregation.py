"""Rows made smaller while they are read: a batch at a time, by DuckDB, and exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from quarterdeck.errors import SourceError
from quarterdeck.sources.columns import joined
from quarterdeck.sources.definition import SOURCE_KEY
from quarterdeck.sources.selection import distinct_names, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quarterdeck.settings.sources import Aggregate, Total
    from quarterdeck.sources.formats.aside import Aside

_NUMBER = "decimal(38, 9)"
_EXPECTED = "expected a number of at most 29 digits before the point and 9 after it"
# A sum is of the exact text of a number: what DuckDB would round to 9 places is not one that can be summed.
_SUMMABLE = r"^\s*[+-]?(\d+(\.\d{0,9}0*)?|\.\d{1,9}0*)([eE]\+?\d{1,2})?\s*$"


class Aggregation:
    """What an ``aggregate`` makes of rows.

    The columns of ``by`` are texts; a row without a value is in the group without one. ``count`` is of
    rows, with ``sql`` of those that have a value; ``sum`` is a decimal(38, 9); ``min`` and ``max`` have the
    type of their SQL (a cell of CSV is text: cast it where it is a number) and leave out what is missing.
    """

    def __init__(self, aggregate: Aggregate, location: str, names: Sequence[str] | None) -> None:
        """``names``: the attributes that the expressions read, where that is known."""
        self._by, self._totals = aggregate.by, aggregate.totals
        self._location, self._names = location, tuple(names or ())

    def partial(self, table: pa.Table, aside: Aside) -> tuple[pa.Table, int]:
        """The groups of some rows, and how many rows went into them.

        A row with a value that can't be summed is set aside. Raises SourceError where the SQL can't be run.
        """
        values = self._values(table)
        values = self._without_bad_sums(values, aside)
        chosen = [quoted(name) for name in self._by]
        chosen += [f"{_partial(name, total)} as {quoted(name)}" for name, total in self._totals.items()]
        query = f"select {', '.join(chosen)} from raw {self._grouping}"  # noqa: S608 - the owner's own SQL
        return self._run(query, values), values.num_rows

    def merged(self, partials: Sequence[pa.Table]) -> pa.Table:
        """One row for each group of all of them, in the order of the groups."""
        for name, total in self._totals.items():
            if total.how in {"min", "max"}:
                self._check_one_type(name, partials)
        chosen = [quoted(name) for name in self._by]
        chosen += [f"{_merge(name, total)} as {quoted(name)}" for name, total in self._totals.items()]
        order = ", ".join(f"{quoted(name)} nulls last" for name in self._by)
        query = f"select {', '.join(chosen)} from raw {self._grouping}"  # noqa: S608
        return self._run(f"{query} order by {order}" if order else query, joined(list(partials)))

    def keyed(self, table: pa.Table, files: int) -> pa.Table:
        """The table with ``_source_key``: how many files went into it, and the row's group."""
        first = pa.array(
            [f"aggregate of {files} file{'' if files == 1 else 's'}"] * table.num_rows, pa.string()
        )
        parts = [first, *(pc.fill_null(table.column(name), "") for name in self._by)]
        keys = pc.binary_join_element_wise(*parts, "/")
        return table.append_column(SOURCE_KEY, keys)

    @property
    def _grouping(self) -> str:
        return (
            f"group by {', '.join(quoted(name) for name in self._by)}" if self._by else "having count(*) > 0"
        )

    def _values(self, table: pa.Table) -> pa.Table:
        """The expressions' values for each row, those of groups and sums as exact text."""
        table = _with_absent(table, self._names)
        chosen = [f"{_text(sql)} as {quoted(name)}" for name, sql in self._by.items()]
        for name, total in self._totals.items():
            native = total.how in {"min", "max"}
            value = f"({total.sql}\n)" if native else _text(total.sql or "''")
            chosen.append(f"{value} as {quoted(name)}")
        return self._run(f"select {SOURCE_KEY}, {', '.join(chosen)} from raw", table)  # noqa: S608

    def _without_bad_sums(self, values: pa.Table, aside: Aside) -> pa.Table:
        for name in (name for name, total in self._totals.items() if total.how == "sum"):
            texts = values.column(name)
            fits = f"try_cast({quoted(name)} as {_NUMBER}) is not null"
            fitting = self._run(f"select {quoted(name)} is null or {fits} as fits from raw", values)  # noqa: S608
            good = pc.and_(
                fitting.column("fits"),
                pc.fill_null(pc.match_substring_regex(texts, _SUMMABLE), fill_value=True),
            )
            bad = values.filter(pc.invert(good))
            if bad.num_rows:
                found = bad.column(name).to_pylist()
                aside.add(f"{name}: {_EXPECTED}", bad.column(SOURCE_KEY).to_pylist(), found)
                values = values.filter(good)
        return values

    def _check_one_type(self, name: str, partials: Sequence[pa.Table]) -> None:
        columns = [table.column(name) for table in partials]
        kinds = {
            "number" if _is_number(column.type) else str(column.type)
            for column in columns
            if column.null_count < len(column)
        }
        if len(kinds) > 1:
            raise SourceError(
                f"{self._location}: expected values of one type in the aggregate's {name}, found "
                f"{' and '.join(sorted(kinds))}; cast them in its `sql`"
            )

    def _run(self, query: str, table: pa.Table) -> pa.Table:
        names = distinct_names(table.column_names)
        with duckdb.connect(":memory:") as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute("set threads = 1")  # several files are read at a time
            connection.register("raw", table.rename_columns(list(names.values())))
            connection.execute("set enable_external_access = false")
            connection.execute("set lock_configuration = true")
            try:
                return connection.sql(query).to_arrow_table()
            except duckdb.Error as error:
                known = ", ".join(name for name in names if name != SOURCE_KEY)
                raise SourceError(
                    f"{self._location}: expected the aggregate's SQL to run on its rows, found: {error}; "
                    f"columns there: {known}"
                ) from error


def _with_absent(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """An attribute that no row of a batch has is a missing one, not an unknown one."""
    there = {name.lower() for name in table.column_names}
    for name in names:
        if name.lower() not in there:
            table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return table


def _text(sql: str) -> str:
    return f"nullif(cast(({sql}\n) as varchar), '')"


def _partial(name: str, total: Total) -> str:
    if total.how == "count":
        return "count(*)" if total.sql is None else f"count({quoted(name)})"
    if total.how == "sum":
        return f"sum(cast({quoted(name)} as {_NUMBER}))"
    return f"{total.how}({quoted(name)})"


def _merge(name: str, total: Total) -> str:
    if total.how == "count":
        return f"cast(sum({quoted(name)}) as bigint)"
    return f"{total.how}({quoted(name)})"


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_floating(kind))
