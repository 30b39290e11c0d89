"""Which attributes of a source a dataset's mapping reads: nothing else need be fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from quarterdeck.settings.sources import Mapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from quarterdeck.settings.definition import Dataset
    from quarterdeck.settings.sources import Aggregate, AnySource


def attributes(source: AnySource, dataset: Dataset) -> tuple[str, ...] | None:
    """The attributes that columns, ``sql`` and ``where`` name, sorted; None where that can't be told.

    Of a source with an ``aggregate`` they are those that its expressions name: the mapping then sees what
    the aggregate makes. SQL that can't be parsed, or that says ``*``, may read anything.
    """
    aggregate: Aggregate | None = getattr(source, "aggregate", None)
    if aggregate is not None:
        totals = (total.sql for total in aggregate.totals.values() if total.sql is not None)
        return _named([], [*aggregate.by.values(), *totals])
    columns = [*dataset.columns, *(["currency"] if dataset.has_money else []), "tenant", "created_at"]
    plain, expressions = [], [] if source.where is None else [source.where]
    for column in columns:
        how = source.columns.get(column, column)
        if not isinstance(how, Mapped):
            plain.append(how)
        elif how.sql is not None:
            expressions.append(how.sql)
        else:
            plain.append(how.source or column)
    return _named(plain, expressions)


def _named(plain: Iterable[str], expressions: Iterable[str]) -> tuple[str, ...] | None:
    names = set(plain)
    for sql in expressions:
        try:
            names.update(_columns(sql))
        except (sqlglot.errors.SqlglotError, ValueError):
            return None
    return tuple(sorted(names))


def _columns(sql: str) -> Iterator[str]:
    """The columns of an expression. Of ``a.b`` both count: a structure's field, or ``raw.price``."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    if any(not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star)):
        raise ValueError("a star may be any column")
    if tree.find(exp.Columns) is not None:
        raise ValueError("COLUMNS(…) may be any column")
    for column in tree.find_all(exp.Column):
        yield from (part.name for part in column.parts)
