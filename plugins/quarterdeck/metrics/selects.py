"""Parts of a parsed query: what a select reads, what it adds up, and its keys carried where they get lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TypeAlias

    Source: TypeAlias = exp.Table | exp.Subquery


def sources_of(select: exp.Select) -> dict[str, Source]:
    """By alias what stands in FROM and in the joins, in order."""
    start = select.args.get("from_") or select.args.get("from")
    nodes = [] if start is None else [start.this]
    nodes += [join.this for join in select.args.get("joins") or ()]
    return {node.alias_or_name: node for node in nodes if isinstance(node, exp.Table | exp.Subquery)}


def projection(select: exp.Select, column: str) -> exp.Expression | None:
    """The expression behind an output column, without its alias."""
    for each in select.selects:
        if each.alias_or_name == column:
            return each.unalias()
    return None


def aggregates_in(expression: exp.Expression) -> Iterator[exp.AggFunc]:
    """Aggregates of the expression itself: those of windows and of inner queries are none."""
    if isinstance(expression, exp.Window | exp.Query):
        return
    if isinstance(expression, exp.AggFunc):
        yield expression
        return
    for child in expression.iter_expressions():
        yield from aggregates_in(child)


def is_aggregated(select: exp.Select) -> bool:
    """Whether its rows are made of several rows of what it reads."""
    return bool(select.args.get("group")) or any(True for each in select.selects for _ in aggregates_in(each))


def is_plain(expression: exp.Expression) -> bool:
    """Whether it is a function of one row: neither aggregate nor window."""
    return expression.find(exp.Window) is None and not any(True for _ in aggregates_in(expression))


def value_columns(expression: exp.Expression) -> Iterator[exp.Column]:
    """Columns that the value comes from; those in the conditions of a CASE only choose."""
    if isinstance(expression, exp.Column):
        yield expression
    elif isinstance(expression, exp.Case):
        for branch in expression.args["ifs"]:
            yield from value_columns(branch.args["true"])
        if expression.args.get("default") is not None:
            yield from value_columns(expression.args["default"])
    elif not isinstance(expression, exp.Query):
        for child in expression.iter_expressions():
            yield from value_columns(child)


def added_up(aggregate: exp.AggFunc) -> exp.Expression:
    """What one row brings into an aggregate; 1 where rows are counted."""
    argument = aggregate.this
    if isinstance(argument, exp.Distinct):
        argument = argument.expressions[0] if len(argument.expressions) == 1 else None
    if argument is None or isinstance(argument, exp.Star):
        argument = exp.Literal.number(1)
    if isinstance(aggregate.parent, exp.Filter):
        condition = aggregate.parent.expression.this
        return exp.Case(ifs=[exp.If(this=condition.copy(), true=argument.copy())])
    return argument.copy()


class KeyCarrier:
    """Makes the CTEs of one text carry the keys of what they read, so that a row can be found again."""

    def __init__(self, tree: exp.Query, columns: Mapping[str, tuple[str, ...]], keys: Sequence[str]) -> None:
        """``tree`` is changed in place; ``columns`` are those of datasets, views and system tables."""
        self._ctes = {cte.alias: cte.this for cte in tree.find_all(exp.CTE)}
        self._columns, self._keys = columns, keys
        self._done: set[str] = set()

    def columns_of(self, source: Source) -> tuple[str, ...]:
        """What can be asked of a source, the keys that it was made to carry among it."""
        if isinstance(source, exp.Subquery):
            self._carry(source.this)
            return tuple(source.this.named_selects)
        if source.name not in self._ctes:
            return self._columns.get(source.name, ())
        if source.name not in self._done:
            self._done.add(source.name)
            self._carry(self._ctes[source.name])
        return tuple(self._ctes[source.name].named_selects)

    def _carry(self, query: exp.Expression) -> None:
        wanted = [key for key in self._keys if key not in query.named_selects and self._has(query, key)]
        for key in wanted:
            self._append(query, key)

    def _has(self, query: exp.Expression, key: str) -> bool:
        if isinstance(query, exp.Union) and not query.args.get("distinct"):
            return self._has(query.left, key) or self._has(query.right, key)
        return self._column(query, key) is not None

    def _column(self, query: exp.Expression, key: str) -> exp.Column | None:
        """The key as a column of the first source that has it; None where rows are no longer those of one."""
        if not isinstance(query, exp.Select) or query.args.get("distinct") or is_aggregated(query):
            return None
        for alias, source in sources_of(query).items():
            if key in self.columns_of(source):
                return exp.column(exp.to_identifier(key, quoted=True), exp.to_identifier(alias, quoted=True))
        return None

    def _append(self, query: exp.Expression, key: str) -> None:
        if isinstance(query, exp.Union):
            self._append(query.left, key)
            self._append(query.right, key)
        elif isinstance(query, exp.Select):
            column = self._column(query, key) or exp.Null()
            query.select(exp.alias_(column, key, quoted=True), copy=False)
