"""What an SQL text reads, found from the SQL itself: relations, and columns through shared views."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from quarterdeck.errors import Mistake

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

DIALECT = "duckdb"

# Inexact, or different from one day or engine to the next: a figure may rest on none of them.
_FORBIDDEN: tuple[tuple[type[exp.Expression], str], ...] = (
    (exp.Div, "`/` is DOUBLE: answer numerator and denominator, or use `//` on integers"),
    (exp.Avg, "avg is DOUBLE: answer numerator and denominator"),
    (exp.Median, "median is not exact on every engine: use row_number()"),
    (exp.Quantile, "quantiles are not exact on every engine: use row_number()"),
    (exp.PercentileCont, "percentiles are not exact on every engine: use row_number()"),
    (exp.CurrentDate, "the day comes from the table period, never from the clock"),
    (exp.CurrentTimestamp, "the time comes from the table period, never from the clock"),
    (exp.Rand, "a figure is never random"),
)
_SETTINGS = frozenset({"setting", "tenant_setting"})
_INEXACT_TYPES = {exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT}


class Statement:
    """One parsed SQL text."""

    def __init__(self, file: str, sql: str) -> None:
        """Parse; ``mistakes`` tells what is wrong with it, and then ``tree`` may be None."""
        self.file = file
        self.mistakes: list[Mistake] = []
        self.tree = self._parse(sql)
        if self.tree is not None:
            self.mistakes += [Mistake(file, line, why) for line, why in _forbidden(self.tree)]

    def _parse(self, sql: str) -> exp.Expression | None:
        try:
            trees = [tree for tree in sqlglot.parse(sql, dialect=DIALECT) if tree is not None]
        except ParseError as error:
            first = error.errors[0] if error.errors else {}
            line, what = int(first.get("line") or 1), first.get("description", error)
            self.mistakes.append(Mistake(self.file, line, f"SQL: {what}"))
            return None
        except SqlglotError as error:
            self.mistakes.append(Mistake(self.file, 1, f"SQL: {error}"))
            return None
        if len(trees) != 1 or not isinstance(trees[0], exp.Query):
            self.mistakes.append(Mistake(self.file, 1, "SQL: expected one query, and nothing else"))
            return None
        return trees[0]

    @cached_property
    def reads(self) -> dict[str, int]:
        """Names of the relations that it reads (its own CTEs aside), with the line of the first use."""
        if self.tree is None:
            return {}
        own = {cte.alias for cte in self.tree.find_all(exp.CTE)}
        reads: dict[str, int] = {}
        for table in self.tree.find_all(exp.Table):
            if isinstance(table.this, exp.Identifier) and table.name not in own:
                name = f"{table.db}.{table.name}" if table.db else table.name
                reads.setdefault(name, _line(table))
        return reads

    @cached_property
    def settings(self) -> frozenset[str]:
        """Names of the settings that it asks for: the words that a column ``name`` is compared with."""
        if self.tree is None or not _SETTINGS & self.reads.keys():
            return frozenset()
        aliases = {t.alias_or_name for t in self.tree.find_all(exp.Table) if t.name in _SETTINGS}
        asked = (
            node for kind in (exp.EQ, exp.In) for node in self.tree.find_all(kind)
            if _is_name_of(node.this, aliases) or _is_name_of(node.expression, aliases)
        )  # fmt: skip
        return frozenset(word.this for node in asked for word in node.find_all(exp.Literal) if word.is_string)

    def shadowed(self, relations: Collection[str]) -> Iterator[Mistake]:
        """CTEs that hide a dataset or a view behind its own name."""
        for cte in self.tree.find_all(exp.CTE) if self.tree is not None else ():
            if cte.alias in relations:
                message = f"SQL: the CTE {cte.alias!r} has the name of a dataset or view; name it otherwise"
                yield Mistake(self.file, _line(cte), message)

    def qualified(self, columns: Mapping[str, tuple[str, ...]]) -> exp.Expression:
        """The tree with every column bound to its relation. Raises SqlglotError for an unknown column."""
        if self.tree is None:
            raise SqlglotError("not parsed")
        schema = {name: dict.fromkeys(columns.get(name, ()), "text") for name in self.reads}
        return qualify(self.tree.copy(), schema=schema, dialect=DIALECT)


class Relations:
    """The relations that SQL may read, and the base columns (``dataset.column``) behind those of views."""

    def __init__(
        self, datasets: Mapping[str, tuple[str, ...]], system: Mapping[str, tuple[str, ...]]
    ) -> None:
        """Begin with the columns of the datasets and of the system tables; views are added in order."""
        self.columns: dict[str, tuple[str, ...]] = {**datasets, **system}
        self._datasets = frozenset(datasets)
        self._views: dict[str, exp.Expression] = {}
        self._behind: dict[tuple[str, str | None], frozenset[str]] = {}

    def add_view(self, name: str, statement: Statement) -> None:
        """Add a view. Raises SqlglotError for an unknown column."""
        self._views[name] = statement.qualified(self.columns)
        self.columns[name] = tuple(self._views[name].named_selects)

    def needed(self, statement: Statement) -> frozenset[str]:
        """Base columns that a query needs, through views, less unused ones. Raises SqlglotError."""
        return self._needed(statement.qualified(self.columns))

    def _needed(self, tree: exp.Expression) -> frozenset[str]:
        needed: set[str] = set()
        for scope in traverse_scope(pushdown_projections(tree)):
            for source in scope.sources.values():
                if isinstance(source, exp.Table):
                    needed |= self._base(source.name, None)
            for reference in scope.columns:
                source = scope.sources.get(reference.table)
                if isinstance(source, exp.Table):
                    needed |= self._base(source.name, reference.name)
        return frozenset(needed)

    def _base(self, relation: str, column: str | None) -> frozenset[str]:
        """Behind one column of a relation, or (None) behind its joins and filters alone."""
        if relation in self._datasets:
            return frozenset() if column is None else frozenset({f"{relation}.{column}"})
        if relation not in self._views:
            return frozenset()
        if (relation, column) not in self._behind:
            inner = self._views[relation].copy().subquery("asked", copy=False)
            asked = exp.Literal.number(1) if column is None else exp.column(_quoted(column), _quoted("asked"))
            self._behind[relation, column] = self._needed(exp.select(asked).from_(inner))
        return self._behind[relation, column]


def _is_name_of(node: object, aliases: Collection[str]) -> bool:
    return isinstance(node, exp.Column) and node.name == "name" and node.table in {"", *aliases}


def _quoted(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)


def _line(node: exp.Expression) -> int:
    for part in node.find_all(exp.Identifier):
        if "line" in part.meta:
            return int(part.meta["line"])
    parent = node.parent
    return _line(parent) if parent is not None else 1


def _forbidden(tree: exp.Expression) -> Iterator[tuple[int, str]]:
    for kind, why in _FORBIDDEN:
        for node in tree.find_all(kind):
            yield _line(node), f"SQL: {why}"
    for cast in tree.find_all(exp.Cast):
        if cast.to.this in _INEXACT_TYPES:
            yield _line(cast), "SQL: expected exact types, found a cast to DOUBLE"
