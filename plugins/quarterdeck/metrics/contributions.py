"""The rows that a figure was made of: those of the last step before they are added up, found from its SQL.

From the query's answer the column of the value is followed through CTEs and views, as long as these only
pick and reckon within a row; only rows that reach the answer are followed. Where rows are added up, counted
or compared, that step is asked again without doing so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import duckdb
from sqlglot import exp
from sqlglot.errors import SqlglotError

from quarterdeck.metrics.definition import SYSTEM_INPUTS
from quarterdeck.metrics.lineage import DIALECT
from quarterdeck.metrics.selects import (
    KeyCarrier,
    added_up,
    aggregates_in,
    is_aggregated,
    is_plain,
    projection,
    sources_of,
    value_columns,
)
from quarterdeck.metrics.system import SYSTEM_TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quarterdeck.metrics.definition import Metric
    from quarterdeck.metrics.scope import Scope

MEASURED = ("value", "numerator", "denominator")
SHOWN_ROWS = 20
SHOWN_COLUMNS = 14
_DEEPEST = 20
_SILENT = SYSTEM_TABLES.keys() - SYSTEM_INPUTS  # their columns say nothing of a row
_LONGEST = 60
# Free text and what leads to a person or a secret, whatever a dataset calls it.
_NEVER = ("address", "email", "fingerprint", "host", "memo", "phone", "principal", "source_key", "user_name")


class UntraceableError(Exception):
    """The rows behind a figure could not be found; the message says why."""


@dataclass(frozen=True)
class Contributions:
    """``rows`` were read by the step and ``contributing`` of them count: the largest of these are ``sample``.

    ``followed``: file and column, from the metric down to the step. ``added``: the columns (of ``columns``)
    that are added up, in minor units where they are money. ``left_out``: columns that are not shown.
    """

    followed: tuple[str, ...]
    added: tuple[str, ...]
    columns: tuple[str, ...]
    rows: int
    contributing: int
    sample: tuple[tuple[Any, ...], ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class _Step:
    """A select of one text (a metric's or a view's file), and the output column that is followed in it.

    ``kept``: a table of those of its output rows that reach the answer; None at the top.
    """

    path: str
    tree: exp.Query
    select: exp.Select
    columns: tuple[str, ...]
    kept: str | None = None


def contributions(scope: Scope, metric: Metric, currency: str | None) -> Contributions:
    """Of a figure that was just measured: the scope is still pointed at its tenants and day.

    Raises UntraceableError where the SQL is of a shape that can't be followed.
    """
    try:
        return _Trace(scope, metric).found(currency)
    except (duckdb.Error, SqlglotError) as error:
        raise UntraceableError(str(error).strip().splitlines()[0]) from None


class _Trace:
    def __init__(self, scope: Scope, metric: Metric) -> None:
        self._database, self._catalogue, self._metric = scope.database, scope.catalogue, metric
        self._columns = scope.catalogue.relations.columns
        keys = [key for name in metric.inputs if name in self._catalogue.datasets
                for key in self._catalogue.datasets[name].key]  # fmt: skip
        self._keys = tuple(dict.fromkeys(["tenant", *keys]))
        self._tables = 0

    def found(self, currency: str | None) -> Contributions:
        step = self._first(currency)
        followed = [_named(step)]
        while not is_aggregated(step.select) and len(followed) < _DEEPEST:
            deeper = self._behind(step)
            if deeper is None:
                break
            step = deeper
            followed.append(_named(step))
        return self._rows(step, tuple(followed))

    def _first(self, currency: str | None) -> _Step:
        step = self._opened(self._metric.query.path, MEASURED)
        by_currency = projection(step.select, "currency")
        if currency is not None and by_currency is not None and is_plain(by_currency):
            condition = exp.EQ(this=by_currency.copy(), expression=exp.Literal.string(currency))
            step.select.where(condition, copy=False)
        return step

    def _opened(self, path: str, columns: tuple[str, ...], kept: str | None = None) -> _Step:
        tree = self._catalogue.statements[path].qualified(self._columns)
        if not isinstance(tree, exp.Select):
            raise UntraceableError(f"{file_of(path)} is a union: its rows are not followed further")
        there = tuple(name for name in columns if name in tree.named_selects)
        return _Step(path, tree, tree, there, kept)

    def _behind(self, step: _Step) -> _Step | None:
        """The step that made the followed column; None where that is a dataset's own, or a union."""
        sources = sources_of(step.select)
        measured = projection(step.select, step.columns[0]) if step.columns else None
        for column in value_columns(measured) if measured is not None else ():
            source = sources.get(column.table)
            body = None if source is None else self._body(step, source)
            if body is not None:
                kept = self._keep(step, column.table, body.select)
                return replace(body, columns=(column.name,), kept=kept)
            if source is not None and source.name not in SYSTEM_TABLES:
                return None
        return None

    def _body(self, step: _Step, source: exp.Table | exp.Subquery) -> _Step | None:
        if isinstance(source, exp.Subquery):
            inner = source.this
        else:
            inner = next((c.this for c in step.tree.find_all(exp.CTE) if c.alias == source.name), None)
            view = self._catalogue.views.get(source.name)
            if inner is None and view is not None:
                try:
                    return self._opened(view.query.path, ())
                except UntraceableError:
                    return None
        return replace(step, select=inner) if isinstance(inner, exp.Select) else None

    def _keep(self, step: _Step, alias: str, body: exp.Select) -> str:
        """A table of the rows of one source that reach the answer, by the columns that tell them apart."""
        plain = [each.alias_or_name for each in body.selects if is_plain(each)]
        wanted = [exp.column(_quoted(name), _quoted(alias)) for name in plain] or [exp.Literal.number(1)]
        return self._table(self._asked(step, wanted).distinct())

    def _asked(self, step: _Step, wanted: list[exp.Expression]) -> exp.Select:
        """The step's rows before they are added up, of those that reach the answer, with other columns."""
        query = step.select.copy()
        for part in ("group", "having", "order", "limit", "offset", "distinct", "qualify"):
            query.set(part, None)
        if step.kept is not None:
            kept = exp.select("1").from_(exp.table_(step.kept, alias="kept_row"))
            for each in step.select.selects:
                if is_plain(each):
                    column = exp.column(_quoted(each.alias_or_name), _quoted("kept_row"))
                    same = exp.NullSafeEQ(this=column, expression=exp.paren(each.unalias().copy()))
                    kept = kept.where(same)
            query = query.where(exp.Exists(this=kept))
        query.set("expressions", [each.copy() for each in wanted])
        if step.select is not step.tree:
            with_ = step.tree.args.get("with_") or step.tree.args.get("with")
            if with_ is not None:
                query.set("with_" if "with_" in step.tree.args else "with", with_.copy())
        return query

    def _rows(self, step: _Step, followed: tuple[str, ...]) -> Contributions:
        added = _added(step)
        if not added:
            raise UntraceableError(f"{file_of(step.path)}: no column of its answer says what was added up")
        shown = added | self._sources_columns(step, besides=added)
        names = list(dict.fromkeys([*added, *(key for key in self._keys if key in shown), *shown]))
        allowed = [name for name in names if not any(word in name for word in _NEVER)]
        columns = tuple(allowed[:SHOWN_COLUMNS])
        table = self._table(self._asked(step, [exp.alias_(shown[n], n, quoted=True) for n in columns]))
        rows, contributing, sample = self._sampled(table, columns, tuple(added))
        left_out = tuple(name for name in names if name not in columns)
        return Contributions(followed, tuple(added), columns, rows, contributing, sample, left_out)

    def _sources_columns(self, step: _Step, besides: Mapping[str, Any]) -> dict[str, exp.Expression]:
        """Every column of what the step reads, the keys of rows among them; the first of two of one name."""
        carrier = KeyCarrier(step.tree, self._columns, self._keys)
        found: dict[str, exp.Expression] = {}
        for alias, source in sources_of(step.select).items():
            if source.name not in _SILENT:
                for name in carrier.columns_of(source):
                    if name not in besides:
                        found.setdefault(name, exp.column(_quoted(name), _quoted(alias)))
        return found

    def _sampled(
        self, table: str, columns: tuple[str, ...], added: tuple[str, ...]
    ) -> tuple[int, int, tuple[tuple[Any, ...], ...]]:
        """How many rows there are, how many bring something, and the largest of these."""
        brings = " or ".join(f'("{n}" is not null and {_number(n)} is distinct from 0)' for n in added)
        largest = f"abs({_number(added[0])}) desc nulls last"
        order = ", ".join([largest, *(f'cast("{name}" as varchar)' for name in columns)])
        counted = f"select count(*), count(case when {brings} then 1 end) from {table}"  # noqa: S608 - own names
        ((rows, contributing),) = self._database.ask(counted).rows
        asked = f"select * from {table} where {brings} order by {order} limit {SHOWN_ROWS}"  # noqa: S608
        found = self._database.ask(asked).rows
        return rows, contributing, tuple(tuple(_shown(value) for value in row) for row in found)

    def _table(self, query: exp.Select) -> str:
        self._tables += 1
        name = f"traced_{self._tables}"
        self._database.ask(f"create or replace temp table {name} as {query.sql(dialect=DIALECT)}")
        return name


def _added(step: _Step) -> dict[str, exp.Expression]:
    """By name what each row brings: the arguments of the aggregates, else the value itself."""
    added: dict[str, exp.Expression] = {}
    for column in step.columns:
        measured = projection(step.select, column)
        if measured is None:
            continue
        parts = list(aggregates_in(measured))
        for number, part in enumerate(parts, start=1):
            added[column if len(parts) == 1 else f"{column}_{number}"] = added_up(part)
        if not parts and not is_aggregated(step.select):
            added[column] = measured.copy()
    return added


def _named(step: _Step) -> str:
    """The file and, where it is no main query, the CTE."""
    parent = step.select.parent
    inner = f" ({parent.alias})" if isinstance(parent, exp.CTE | exp.Subquery) else ""
    return f"{file_of(step.path)}{inner}: {', '.join(step.columns)}"


def file_of(path: str) -> str:
    """The file below ``include``, wherever that lies."""
    return f"sql/{path.rpartition('/sql/')[2]}"


def _quoted(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)


def _number(name: str) -> str:
    return f'try_cast(cast("{name}" as varchar) as decimal(38, 9))'


def _shown(value: Any) -> Any:
    """A value for people: days and instants as ISO text, no address, no long text."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if not isinstance(value, str):
        return value if value is None or isinstance(value, bool | int) else str(value)
    if "@" in value:
        return f"a text of {len(value)} characters with an @"
    return value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
