"""All metrics, tables, views and bridges of ``include/sql``, with every mistake in them.

The SQL is the only definition: which views and datasets a metric rests on is found from the SQL itself
and must be what its header says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, cast, get_args

from sqlglot.errors import SqlglotError

from quarterdeck.errors import ConfigError, Mistake, RequestError
from quarterdeck.lake.documents import content_hash
from quarterdeck.lake.schema import arrow_schema
from quarterdeck.metrics.bridge_definition import Bridge
from quarterdeck.metrics.definition import (
    FIGURE_TABLE,
    SYSTEM_INPUTS,
    UNITS,
    Better,
    Demand,
    Grain,
    Metric,
    Query,
    Table,
    View,
)
from quarterdeck.metrics.headers import BRIDGE_KEYS, METRIC_KEYS, TABLE_KEYS, VIEW_KEYS, read_header
from quarterdeck.metrics.lineage import Relations, Statement
from quarterdeck.metrics.system import SYSTEM_TABLES
from quarterdeck.settings.definition import Dataset
from quarterdeck.settings.yaml_files import as_model, load, shown_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from quarterdeck.metrics.definition import Unit
    from quarterdeck.metrics.headers import Header


@dataclass(frozen=True)
class Catalogue:
    """Metrics and tables by id; ``views`` in the order in which they can be created.

    ``bridges`` by the id of the metric that each explains.
    """

    metrics: Mapping[str, Metric]
    tables: Mapping[str, Table]
    views: Mapping[str, View]
    datasets: Mapping[str, Dataset]
    statements: Mapping[str, Statement] = field(repr=False, default_factory=dict)
    bridges: Mapping[str, Bridge] = field(default_factory=dict)
    _read: dict[str, frozenset[str]] = field(repr=False, compare=False, default_factory=dict)

    @property
    def items(self) -> tuple[Metric | Table | Bridge, ...]:
        """Metrics, then tables, then bridges."""
        return (*self.metrics.values(), *self.tables.values(), *self.bridges.values())

    @cached_property
    def hash(self) -> str:
        """Over everything that the figures are computed by."""
        queries = [item.query for item in (*self.views.values(), *self.items)]
        return content_hash("\n".join(sorted(query.hash for query in queries)).encode())

    @cached_property
    def relations(self) -> Relations:
        """What SQL may read. Raises ConfigError for a view that reads a column which isn't there."""
        system = {name: tuple(columns) for name, columns in SYSTEM_TABLES.items()}
        relations = Relations({n: tuple(arrow_schema(d).names) for n, d in self.datasets.items()}, system)
        for view in self.views.values():
            try:
                relations.add_view(view.id, self.statements[view.query.path])
            except SqlglotError as error:
                raise ConfigError([_sql_mistake(view.query, error)]) from None
        return relations

    def columns_read(self, query: Query) -> frozenset[str]:
        """``dataset.column`` that the query needs, through views; the spared ones are left out."""
        if query.path not in self._read:
            self._read[query.path] = self.relations.needed(self.statements[query.path]) - query.spared
        return self._read[query.path]


def _sql_mistake(query: Query, error: SqlglotError) -> Mistake:
    what = re.sub(r"\x1b\[\d+m", "", str(error)).splitlines()[0]
    line = re.search(r"[Ll]ine:? (\d+)", what)
    return Mistake(query.path, int(line[1]) if line else 1, f"SQL: {what}")


def read_catalogue(include: Path) -> Catalogue:
    """Everything below ``include/sql``. Raises ConfigError with every mistake, each with file and line.

    Reading takes a second, and steps that share a process ask again: files as they were are not read twice.
    """
    return _read_at(include, _state(include))


def read_metric(include: Path, metric: str) -> Catalogue:
    """One metric with the views and datasets that it rests on: for an answer at once, of sound definitions.

    Raises RequestError for an unknown metric, ConfigError for mistakes in what was read.
    """
    known = metric_ids(include)
    if metric not in known:
        raise RequestError(f"unknown metric {metric!r}; known: {', '.join(sorted(known))}")
    reader = _Reader(include, only=_reached(include, known[metric]))
    reader.read_all()
    if reader.mistakes:
        raise ConfigError(reader.mistakes)
    return Catalogue(reader.metrics, {}, reader.views, reader.datasets, reader.statements)


def read_headers(include: Path) -> dict[str, Metric]:
    """Every metric as its header says, without its SQL: what naming a figure needs."""
    metrics = {}
    for id_, path in metric_ids(include).items():
        name = shown_name(path)
        header = read_header(name, path.read_text(encoding="utf-8"), METRIC_KEYS)
        demands = tuple(Demand((word,)) for word in header.words("inputs"))
        metrics[id_] = _metric(id_, path.parent.name, header, Query("", name, demands))
    return metrics


def metric_ids(include: Path) -> dict[str, Path]:
    """The id of every metric, with its file."""
    return {path.stem: path for path in sorted((include / "sql" / "metrics").rglob("*.sql"))}


def _reached(include: Path, file: Path) -> frozenset[Path]:
    """The file, and those of views and datasets whose names are words in it, or in what is reached so."""
    others = [*(include / "sql" / "views").rglob("*.sql"), *(include / "datasets").glob("*.yaml")]
    unread, reached = [file], {file}
    while unread:
        words = set(re.findall(r"\w+", unread.pop().read_text(encoding="utf-8")))
        named = {path for path in others if path.stem in words} - reached
        reached |= named
        unread += [path for path in named if path.suffix == ".sql"]
    return frozenset(reached)


def _state(include: Path) -> frozenset[tuple[str, int, int]]:
    """What tells that a definition was changed, added or taken away."""
    files = (path for folder in ("sql", "datasets") for path in (include / folder).rglob("*"))
    states = ((path, path.stat()) for path in files)
    return frozenset((str(path), state.st_mtime_ns, state.st_size) for path, state in states)


@lru_cache(maxsize=2)
def _read_at(include: Path, state: frozenset[tuple[str, int, int]]) -> Catalogue:  # noqa: ARG001 - the key
    catalogue, mistakes = examine_catalogue(include)
    if mistakes:
        raise ConfigError(mistakes)
    return catalogue


def examine_catalogue(include: Path) -> tuple[Catalogue, list[Mistake]]:
    """What of the catalogue is sound, and the mistakes in the rest."""
    reader = _Reader(include)
    reader.read_all()
    catalogue = Catalogue(
        reader.metrics, reader.tables, reader.views, reader.datasets, reader.statements, reader.bridges
    )
    if not reader.mistakes:
        reader.mistakes += list(_unbound(catalogue))
    return catalogue, sorted(set(reader.mistakes))


def _unbound(catalogue: Catalogue) -> Iterator[Mistake]:
    """Columns that no relation has. What lies behind the others is worked out when it is asked for."""
    try:
        columns = catalogue.relations.columns
    except ConfigError as error:
        yield from error.mistakes
        return
    for item in catalogue.items:
        try:
            catalogue.statements[item.query.path].qualified(columns)
        except SqlglotError as error:
            yield _sql_mistake(item.query, error)


@dataclass
class _Source:
    """One SQL file, read: its header, its parsed text."""

    path: Path
    name: str
    theme: str
    sql: str
    header: Header
    statement: Statement

    @property
    def id(self) -> str:
        return self.path.stem


class _Reader:
    """Reads one kind of file after the other, and notes what is wrong; ``only``: of these files alone."""

    def __init__(self, include: Path, only: frozenset[Path] | None = None) -> None:
        self._include, self._only = include, only
        self.mistakes: list[Mistake] = []
        self.datasets: dict[str, Dataset] = {}
        self.statements: dict[str, Statement] = {}
        self.views: dict[str, View] = {}
        self.metrics: dict[str, Metric] = {}
        self.tables: dict[str, Table] = {}
        self.bridges: dict[str, Bridge] = {}
        self._datasets_of_view: dict[str, frozenset[str]] = {}

    def read_all(self) -> None:
        """Datasets, then views, then metrics, tables and bridges."""
        for path in self._files("datasets", "*.yaml"):
            try:
                self.datasets[path.stem] = as_model(load(path), Dataset, extra={"id": path.stem})
            except ConfigError as error:
                self.mistakes += error.mistakes
        sources = {kind: self._sources(kind, keys) for kind, keys in _KEYS.items()}
        self._read_views(sources["views"])
        for source in sources["metrics"].values():
            self._read_metric(source)
        for source in sources["tables"].values():
            self._read_table(source)
        for source in sources["bridges"].values():
            self._read_bridge(source)

    def _sources(self, kind: str, keys: tuple[str, ...]) -> dict[str, _Source]:
        sources: dict[str, _Source] = {}
        root = self._include / "sql" / kind
        for path in self._files(f"sql/{kind}", "*.sql"):
            name, sql = shown_name(path), path.read_text(encoding="utf-8")
            theme = path.parent.relative_to(root).as_posix()
            source = _Source(path, name, theme, sql, read_header(name, sql, keys), Statement(name, sql))
            if source.id in sources:
                self._wrong(source, f"the id {source.id!r} is taken by {sources[source.id].name}")
            elif kind == "views" and source.id in self._base:
                self._wrong(source, f"the id {source.id!r} is that of a dataset or system table")
            else:
                sources[source.id] = source
                self.statements[name] = source.statement
            self.mistakes += source.statement.mistakes
            if kind != "views" and self._only is None:
                self._check_cases(source)
        return sources

    def _files(self, folder: str, pattern: str) -> list[Path]:
        paths = sorted((self._include / folder).rglob(pattern))
        return [path for path in paths if self._only is None or path in self._only]

    @property
    def _base(self) -> set[str]:
        return {*self.datasets, *SYSTEM_TABLES}

    def _wrong(self, source: _Source, message: str, line: int = 1) -> None:
        self.mistakes.append(Mistake(source.name, line, message))

    def _read_views(self, sources: Mapping[str, _Source]) -> None:
        # In the order of the text, not of a set: the same on every run.
        graph = {id_: [r for r in s.statement.reads if r in sources] for id_, s in sources.items()}
        try:
            order = list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle = error.args[1]
            self._wrong(sources[circle[0]], f"views read each other in a circle: {' -> '.join(circle)}")
            return
        for id_ in order:
            source = sources[id_]
            self._check_reads(source, sources)
            title, spared = source.header.text("title"), self._spared(source)
            is_kept = source.header.choice("kept", ("yes", "no")) != "no"
            self.views[id_] = View(id_, source.theme, title, self._query(source, (), spared), is_kept)
            self._datasets_of_view[id_] = self._datasets_behind(source)
            self.mistakes += source.header.mistakes

    def _read_metric(self, source: _Source) -> None:
        query = self._checked_query(source)
        self.metrics[source.id] = _metric(source.id, source.theme, source.header, query)
        self.mistakes += source.header.mistakes

    def _read_table(self, source: _Source) -> None:
        header = source.header
        query = self._checked_query(source)
        self.tables[source.id] = Table(
            id=source.id,
            theme=source.theme,
            title=header.text("title"),
            inputs=tuple(d for demand in query.demands for d in demand.datasets),
            kinds=header.kinds(),
            columns=header.columns(),
            needs=header.text("needs"),
            owner=header.text("owner"),
            query=query,
        )
        self.mistakes += header.mistakes

    def _read_bridge(self, source: _Source) -> None:
        header, query = source.header, self._checked_query(source)
        if (metric := self.metrics.get(source.id)) is None:
            self._wrong(source, f"expected the id of the metric that it explains, found {source.id!r}")
            return
        self.bridges[source.id] = Bridge.read(metric, source.theme, header, query)
        self.mistakes += header.mistakes

    def _checked_query(self, source: _Source) -> Query:
        """The query of a metric, table or bridge, once its declared inputs are what it reads."""
        self._check_reads(source, self.views)
        demands = source.header.demands({*self.datasets, *SYSTEM_INPUTS})
        declared = {name for demand in demands for name in demand.datasets}
        read = self._datasets_behind(source)
        for name in sorted(read - declared):
            source.header.wrong("inputs", f"inputs: the SQL reads {name} (maybe through a view): declare it")
        for name in sorted(declared & {*self.datasets, *SYSTEM_INPUTS} - read):
            source.header.wrong("inputs", f"inputs: the SQL does not read {name}: take it out")
        return self._query(source, demands, self._spared(source))

    def _query(self, source: _Source, demands: tuple[Demand, ...], spared: frozenset[str]) -> Query:
        names = sorted(self._views_behind(source))
        texts = [source.sql, *(self.views[name].query.sql for name in names)]
        spared = spared.union(*(self.views[name].query.spared for name in names))
        hashed = content_hash("\n".join(texts).encode())
        order = tuple(view for view in self.views if view in names)
        settings = source.statement.settings.union(*(self.views[name].query.settings for name in names))
        return Query(source.sql, source.name, demands, order, spared, tuple(sorted(settings)), hashed)

    def _views_behind(self, source: _Source) -> set[str]:
        own = {name for name in source.statement.reads if name in self.views}
        return own.union(*(self.views[name].query.views for name in own))

    def _datasets_behind(self, source: _Source) -> frozenset[str]:
        base = {*self.datasets, *SYSTEM_INPUTS}
        own = frozenset(name for name in source.statement.reads if name in base)
        behind_views = (self._datasets_of_view.get(name, frozenset()) for name in source.statement.reads)
        return own.union(*behind_views)

    def _check_reads(self, source: _Source, views: Mapping[str, object]) -> None:
        known = {*self._base, *views}
        for name, line in source.statement.reads.items():
            if name not in known:
                self._wrong(source, f"SQL: there is no dataset, view or system table {name!r}", line)
        self.mistakes += source.statement.shadowed(known)

    def _spared(self, source: _Source) -> frozenset[str]:
        words = source.header.words("spared")
        for word in words:
            name, _, column = word.partition(".")
            dataset = self.datasets.get(name)
            if dataset is None or column not in dataset.columns or dataset.columns[column].required:
                source.header.wrong(
                    "spared", f"spared: expected dataset.column of an optional column, found {word!r}"
                )
        return frozenset(words)

    def _check_cases(self, source: _Source) -> None:
        path = source.path.with_suffix(".cases.yaml")
        if not path.exists():
            self._wrong(source, f"expected its cases in {path.name} beside it, found no such file")
            return
        try:
            file = load(path)
        except ConfigError as error:
            self.mistakes += error.mistakes
            return
        if FIGURE_TABLE in source.header.words("inputs"):
            return  # figures are always there
        cases = file.data.get("cases") if isinstance(file.data, dict) else None
        listed = [case for case in cases if isinstance(case, dict)] if isinstance(cases, list) else []
        expectations = [case.get("expect") for case in listed]
        if not any(isinstance(expect, dict) and "missing" in expect for expect in expectations):
            self.mistakes.append(file.mistake((), "expected at least one case with `expect: {missing: ...}`"))


def _metric(id_: str, theme: str, header: Header, query: Query) -> Metric:
    return Metric(
        id=id_,
        theme=theme,
        title=header.text("title"),
        unit=cast("Unit", header.choice("unit", UNITS)),
        better=cast("Better", header.choice("better", get_args(Better))),
        grain=cast("tuple[Grain, ...]", header.choices("grain", get_args(Grain))),
        inputs=tuple(dataset for demand in query.demands for dataset in demand.datasets),
        kinds=header.kinds(),
        needs=header.text("needs"),
        formula=header.text("formula"),
        reference=header.text("reference"),
        owner=header.text("owner"),
        query=query,
    )


_KEYS = {"views": VIEW_KEYS, "metrics": METRIC_KEYS, "tables": TABLE_KEYS, "bridges": BRIDGE_KEYS}
