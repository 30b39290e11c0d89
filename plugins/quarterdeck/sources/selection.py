"""A tenant's rows out of an extract: the mapping's ``sql``, ``where`` and ``distinct``, run by DuckDB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from quarterdeck.errors import SourceError
from quarterdeck.settings.sources import Mapped
from quarterdeck.sources.definition import SOURCE_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from quarterdeck.settings.sources import AnySource
    from quarterdeck.sources.definition import Extract

_ROW = "_row"


@dataclass(frozen=True)
class Selection:
    """The wanted columns as exact text, then ``_source_key``, in the source's order.

    An empty text is a missing value. ``absent`` are the columns that no row of the source has: there is
    no attribute of that name at all, which is more than having no value in any row.
    """

    table: pa.Table
    absent: tuple[str, ...]


def mapped(source: AnySource, column: str) -> Mapped:
    """How the column comes from the source: as declared, or from the attribute of the same name."""
    declared = source.columns.get(column, column)
    return declared if isinstance(declared, Mapped) else Mapped.model_validate({"from": declared})


def select(extract: Extract, source: AnySource, wanted: Sequence[str]) -> Selection:
    """The rows that ``where`` keeps (with ``distinct``: the first of those that are alike in all columns).

    Expressions see the raw columns under their own names; of a source with an ``aggregate``, ``where`` and
    the others see what the aggregate makes, not the rows that it is made of. Raises SourceError where one
    can't be run.
    """
    raw = extract.frame
    if raw.empty:
        return Selection(_no_rows(wanted), _absent_in_header(raw, source, wanted))
    names = distinct_names([str(name) for name in raw.columns])
    expressions = {column: _expression(source, column, names) for column in wanted}
    absent = tuple(column for column, expression in expressions.items() if expression is None)
    return Selection(_run(raw, source, names, expressions, extract.location), absent)


def _no_rows(wanted: Sequence[str]) -> pa.Table:
    return pa.schema([(name, pa.string()) for name in (*wanted, SOURCE_KEY)]).empty_table()


def _absent_in_header(raw: pd.DataFrame, source: AnySource, wanted: Sequence[str]) -> tuple[str, ...]:
    """Of a file with a header and no rows, what the header lacks; of no items at all, nothing is known."""
    if not len(raw.columns.drop(SOURCE_KEY, errors="ignore")):
        return ()
    names = {str(name): str(name) for name in raw.columns}
    return tuple(column for column in wanted if _expression(source, column, names) is None)


def distinct_names(columns: Sequence[str]) -> dict[str, str]:
    """Each column's name in SQL, where ``Price`` is ``price``: a later one gets a name of its own."""
    taken: set[str] = set()
    names = {}
    for column in columns:
        name = column
        while name.lower() in taken:
            name += "_"
        taken.add(name.lower())
        names[column] = name
    return names


def _expression(source: AnySource, column: str, names: Mapping[str, str]) -> str | None:
    """The SQL of one column as text; None where the source has no such attribute and there is no default."""
    how = mapped(source, column)
    if how.sql is not None:
        text: str | None = f"cast(({how.sql}\n) as varchar)"
    else:
        name = names.get(how.source or column)
        text = None if name is None else f"cast({quoted(name)} as varchar)"
    if how.default is None:
        return text and f"nullif({text}, '')"
    default = str(how.default).lower() if isinstance(how.default, bool) else str(how.default)
    literal = "'" + default.replace("'", "''") + "'"
    return f"coalesce(nullif({text}, ''), {literal})" if text else literal


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _run(
    raw: pd.DataFrame,
    source: AnySource,
    names: Mapping[str, str],
    expressions: Mapping[str, str | None],
    location: str,
) -> pa.Table:
    table = pa.Table.from_pandas(raw, preserve_index=False).rename_columns(list(names.values()))
    table = table.append_column(_ROW, pa.array(range(table.num_rows), pa.int64()))
    columns = ", ".join(f"{text or 'null::varchar'} as {quoted(name)}" for name, text in expressions.items())
    query = f"select {columns}, {SOURCE_KEY}, {_ROW} from raw"  # noqa: S608 - the owner's own mapping
    if source.where is not None:
        query += f" where ({source.where}\n)"
    if source.distinct:
        alike = ", ".join(quoted(name) for name in expressions)
        query = (
            f"select * from ({query}) "  # noqa: S608
            f"qualify row_number() over (partition by {alike} order by {_ROW}) = 1"
        )
    with duckdb.connect(":memory:") as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.register("raw", table)
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        try:
            chosen = connection.sql(f"{query} order by {_ROW}").to_arrow_table()
        except duckdb.Error as error:
            known = ", ".join(name for name in names if name != SOURCE_KEY)
            raise SourceError(
                f"{location}: expected the mapping's SQL to run on its rows, found: {error}; "
                f"attributes of this source: {known}"
            ) from error
    return chosen.drop_columns([_ROW])
