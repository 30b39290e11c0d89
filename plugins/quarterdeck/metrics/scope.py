"""A scope: tenants as of a day in a DuckDB of their own, which can reach nothing outside.

The connection has one relation per dataset (all tenants of the scope together), the shared views and the
system tables of ``system.py``. It is pointed at a day and at tenants before every query, so that one
scope answers for each tenant, for all of them, and for earlier month ends.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import duckdb

from quarterdeck.lake.definition import TenantSnapshots
from quarterdeck.lake.schema import arrow_schema
from quarterdeck.metrics.definition import (
    FIGURE_TABLE,
    MAIL_TABLE,
    MANIFEST_TABLE,
    SYSTEM_INPUTS,
    MetricError,
)
from quarterdeck.metrics.system import (
    SYSTEM_TABLES,
    figure_rows,
    mail_rows,
    manifest_rows,
    period_row,
    setting_rows,
    tenant_rows,
)
from quarterdeck.money import exponent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    import pyarrow as pa

    from quarterdeck.metrics.bridge_definition import Bridge
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Figure, Metric, Query, Table, View
    from quarterdeck.metrics.system import Mail
    from quarterdeck.settings.definition import Config, Dataset, Tenant
    from quarterdeck.settings.model import Scalar

_TYPES = {
    "string": "varchar",
    "int64": "bigint",
    "decimal128(38, 9)": "decimal(38, 9)",
    "date32[day]": "date",
    "timestamp[us, tz=UTC]": "timestamptz",
    "bool": "boolean",
}  # of declared frames
# A process has some 200 MB beside: below 2 GiB in all. Rows have no order but that which SQL gives them.
_LIMITS = {
    "threads": 2,
    "memory_limit": "1400MB",
    "preserve_insertion_order": False,
    # DuckDB 2.0.1 takes a sum to be 0 at most where some amounts are negative and a left join finds an empty
    # table, and drops `having sum(amount) > 0`: tests/quarterdeck/metrics/test_large_files.py.
    "disabled_optimizers": "statistics_propagation",
}
LEFT_IN_FILES_FROM = 4 << 20  # bytes of a dataset's Parquet

_ROWS_AT_ONCE = 100  # of a system table: one row a statement takes eight times as long


@dataclass(frozen=True)
class Answer:
    """The rows of a query, with the names and DuckDB's types of its columns."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class Database:
    """The connection, and what it is pointed at."""

    def __init__(self) -> None:
        # What does not fit into memory. Of its own: two processes with the same folder would take each
        # other's files for theirs. DuckDB makes it when it is needed, and takes it away.
        overflow = Path(gettempdir()) / f"quarterdeck-duckdb-{uuid4().hex}"
        self._connection = duckdb.connect(":memory:", config={**_LIMITS, "temp_directory": str(overflow)})
        self._connection.execute("set TimeZone = 'UTC'")
        self._connection.execute("create schema loaded")
        self._pointed: dict[str, object] = {}
        self._declared: dict[str, int] = {}  # dataset: rows that were copied
        self._files: list[str] = []  # those that are read where they lie
        self._fresh: set[str] = set()  # views whose rows are those of what it is pointed at
        for name, columns in SYSTEM_TABLES.items():
            declared = ", ".join(f"{column} {type_}" for column, type_ in columns.items())
            place = f"loaded.{name}" if name == MANIFEST_TABLE else name
            self._connection.execute(f"create table {place} ({declared})")
        # An earlier day had snapshots of its own: those that are there say nothing of it.
        self._connection.execute(
            f"create view {MANIFEST_TABLE} as select m.* from loaded.{MANIFEST_TABLE} as m "  # noqa: S608
            "where m.tenant in (select t.tenant from tenant as t) and m.as_of <= (select as_of from period)"
        )

    def declare(self, dataset: Dataset) -> None:
        """An empty, typed table of the dataset, and the relation that shows the scope's tenants of it."""
        if dataset.id in self._declared:
            return
        self._declared[dataset.id] = 0
        columns = ", ".join(f'"{f.name}" {_TYPES[str(f.type)]}' for f in arrow_schema(dataset))
        self._connection.execute(f"create table loaded.{dataset.id} ({columns})")
        self._show(dataset)

    def _show(self, dataset: Dataset) -> None:
        self._connection.execute(
            f"create view {dataset.id} as select * from loaded.{dataset.id} "  # noqa: S608 - an Id
            "where tenant in (select tenant.tenant from tenant)"
        )

    def knows(self, dataset: str) -> bool:
        """Whether the dataset has a table here, be it empty."""
        return dataset in self._declared

    def insert(self, dataset: Dataset, rows: pa.Table) -> None:
        """Add rows; a declared column that they don't have is empty, one that isn't declared is left out."""
        if rows.num_rows:
            kept = [name for name in rows.column_names if name in arrow_schema(dataset).names]
            statement = f"insert into loaded.{dataset.id} by name select * from incoming"  # noqa: S608 - an Id
            self._with_rows(rows.select(kept), statement)
            self._declared[dataset.id] += rows.num_rows

    def load(self, dataset: Dataset, paths: Sequence[Path]) -> None:
        """Show the rows of Parquet files, as ``insert`` would; before ``lock``, once for a dataset.

        By DuckDB itself: to hand over Arrow tables makes it import pandas, which takes a second. Large files
        stay where they are: to read from them the columns that a query needs is faster than to copy them
        all, and takes no memory. Small ones are copied, so that they are opened once.
        """
        selects = " union all ".join(self._rows_of(dataset, path) for path in paths)
        if sum(path.stat().st_size for path in paths) >= LEFT_IN_FILES_FROM:
            self._connection.execute(f"drop view {dataset.id}")
            self._connection.execute(f"drop table loaded.{dataset.id}")
            self._connection.execute(f"create view loaded.{dataset.id} as {selects}")
            self._show(dataset)
            self._files += [str(path) for path in paths]
        elif paths:
            ((rows,),) = self._connection.execute(f"insert into loaded.{dataset.id} {selects}").fetchall()
            self._declared[dataset.id] += rows

    def _rows_of(self, dataset: Dataset, path: Path) -> str:
        """A query for the declared columns of a file; one that it lacks is empty."""
        file = "read_parquet('{}')".format(str(path).replace("'", "''"))
        looked = self._connection.execute(f"select * from {file} limit 0")  # noqa: S608 - a quoted path
        there = {column[0] for column in looked.description or ()}
        cells = [
            f'cast({column} as {_TYPES[str(each.type)]}) as "{each.name}"'
            for each in arrow_schema(dataset)
            for column in (f'"{each.name}"' if each.name in there else "null",)
        ]
        return f"select {', '.join(cells)} from {file}"  # noqa: S608 - declared names, a quoted path

    def clear(self) -> None:
        """Take all rows out of all datasets."""
        for name, rows in self._declared.items():
            if rows:
                self._connection.execute(f"delete from loaded.{name}")  # noqa: S608 - an Id
                self._declared[name] = 0
        self._fresh.clear()

    def _with_rows(self, rows: pa.Table, statement: str) -> None:
        self._connection.register("incoming", rows)
        self._connection.execute(statement)
        self._connection.unregister("incoming")

    def lock(self) -> None:
        """From here on no file but those that were loaded, no network, and no setting may change."""
        self._connection.execute("set allowed_paths = ?", [self._files])
        self._connection.execute("set enable_external_access = false")
        self._connection.execute("set lock_configuration = true")

    def point(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Replace what a system table holds, unless it holds just that."""
        if self._pointed.get(table, []) == rows:
            return
        place = f"loaded.{table}" if table == MANIFEST_TABLE else table
        self._connection.execute(f"delete from {place}")  # noqa: S608 - a key of SYSTEM_TABLES
        marks = "({})".format(", ".join("?" for _ in SYSTEM_TABLES[table]))
        for part in (rows[at : at + _ROWS_AT_ONCE] for at in range(0, len(rows), _ROWS_AT_ONCE)):
            values = [value for row in part for value in row]
            statement = f"insert into {place} values {', '.join([marks] * len(part))}"  # noqa: S608
            self._connection.execute(statement, values)
        self._pointed[table] = rows
        self._fresh.clear()

    def work_out(self, views: Iterable[View]) -> None:
        """Views in order of dependency, each worked out once for all queries that share it.

        As tables: nested views would be planned again, many times over, for every query. One that is not
        kept only names its SQL. Raises MetricError, naming the file of the view.
        """
        for view in views:
            if view.id not in self._fresh:
                kind = "table" if view.is_kept else "view"
                try:
                    self._connection.execute(f"create or replace {kind} {view.id} as {view.query.sql}")
                except duckdb.Error as error:
                    raise MetricError(f"{view.query.path}: {_first_line(error)}") from None
                self._fresh.add(view.id)

    def ask(self, sql: str) -> Answer:
        """Run a query. Raises duckdb.Error."""
        cursor = self._connection.execute(sql)
        described = cursor.description or []
        names, types = tuple(c[0] for c in described), tuple(str(c[1]) for c in described)
        return Answer(names, types, tuple(cursor.fetchall()))

    def close(self) -> None:
        """Give memory and disk back."""
        self._connection.close()


@dataclass(frozen=True)
class Scope:
    """Tenants as of a day. ``declared``: the datasets that a tenant's YAML names, delivered or not.

    ``currency`` is the portfolio's own.
    """

    portfolio: str
    currency: str
    as_of: date
    zone: ZoneInfo
    tenants: tuple[Tenant, ...]
    lead: str | None
    settings: Mapping[str, Scalar]
    snapshots: Mapping[str, TenantSnapshots]
    declared: Mapping[str, frozenset[str]]
    catalogue: Catalogue = field(repr=False, compare=False)
    database: Database = field(repr=False, compare=False)

    def __str__(self) -> str:
        names = ", ".join(tenant.id for tenant in self.tenants)
        return f"{self.portfolio} ({names}) as of {self.as_of}"

    def at(self, as_of: date) -> Scope:
        """The same snapshots seen from an earlier day: events after it don't count."""
        return replace(self, as_of=as_of)

    def delivered(self, tenant: str) -> frozenset[str]:
        """The datasets that the tenant has."""
        return self.snapshots[tenant].delivered

    def ask(self, query: Query, tenants: Sequence[Tenant]) -> Answer:
        """Run a query over some of the scope's tenants. Raises MetricError, naming file and scope."""
        self.database.point("period", [period_row(self.as_of, self.zone)])
        self.database.point("tenant", list(tenant_rows(tenants, self.lead)))
        self.database.point("setting", list(setting_rows(tenants, self.settings)))
        self.database.point("zone", [(self.zone.key,)])
        self.database.point("portfolio", [(self.currency, 10 ** exponent(self.currency))])
        self.database.work_out(self.catalogue.views[name] for name in query.views)
        try:
            return self.database.ask(query.sql)
        except duckdb.Error as error:
            raise MetricError(f"{query.path}: {_first_line(error)}; scope: {self}") from None

    def show_figures(self, figures: Iterable[Figure], metrics: Mapping[str, Metric]) -> None:
        """Fill the table ``figure`` for metrics and tables about figures."""
        kinds = {tenant.id: tenant.kind for tenant in self.tenants}
        self.database.point(FIGURE_TABLE, list(figure_rows(figures, metrics, kinds)))


@contextmanager
def open_scope(
    snapshots: Mapping[str, TenantSnapshots],
    *,
    path_of: Callable[[str], Path],
    config: Config,
    tenants: Sequence[str],
    as_of: date,
    catalogue: Catalogue,
    mail: Sequence[Mail] = (),
) -> Iterator[Scope]:
    """The scope of ``tenants`` over their snapshots; ``path_of`` gives the local file of a Parquet's key.

    A tenant without snapshots takes part with no dataset. ``mail``: what became of earlier editions.
    """
    chosen = tuple(config.portfolio.tenant(tenant) for tenant in tenants)
    held = {tenant: snapshots.get(tenant, TenantSnapshots(tenant)) for tenant in tenants}
    database = Database()
    _load(database, catalogue, held, path_of)
    database.lock()
    database.point(MANIFEST_TABLE, list(manifest_rows(held.values())))
    database.point(MAIL_TABLE, mail_rows(mail))
    declared = {
        t.id: config.declared(t) | {manifest.dataset for manifest in held[t.id].all_manifests} for t in chosen
    }
    portfolio = config.portfolio
    scope = Scope(
        portfolio.id, portfolio.currency, as_of, portfolio.zone, chosen, portfolio.lead_tenant,
        portfolio.settings, held, declared, catalogue, database,
    )  # fmt: skip
    try:
        yield scope
    finally:
        database.close()


def _load(
    database: Database,
    catalogue: Catalogue,
    snapshots: Mapping[str, TenantSnapshots],
    path_of: Callable[[str], Path],
) -> None:
    """Every dataset that some SQL reads: an empty table, then the rows of each tenant that has it."""
    for name in sorted({name for item in catalogue.items for name in item.inputs} - SYSTEM_INPUTS):
        database.declare(catalogue.datasets[name])
        having = [held for held in snapshots.values() if name in held.delivered]
        paths = [path_of(key) for held in having for key in held.parquet_of(name)]
        database.load(catalogue.datasets[name], paths)


class Bench:
    """Scopes over rows that are at hand, one after the other on one connection: for cases and tests."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.database = Database()
        self.database.lock()

    def scope(
        self,
        rows: Mapping[str, pa.Table],
        item: Metric | Table | Bridge,
        *,
        tenants: Sequence[Tenant],
        snapshots: Mapping[str, TenantSnapshots],
        as_of: date,
        zone: ZoneInfo,
        settings: Mapping[str, Scalar],
        currency: str | None = None,
    ) -> Scope:
        """A scope for one metric, table or bridge over declared Arrow tables; it ends the scope before it.

        ``snapshots`` say who has what; the first tenant leads, and ``currency`` is its own if not given.
        """
        self.database.clear()
        for name in sorted(set(item.inputs) - SYSTEM_INPUTS):
            self.database.declare(self.catalogue.datasets[name])
        for name, table in rows.items():
            self.database.declare(self.catalogue.datasets[name])
            self.database.insert(self.catalogue.datasets[name], table)
        declared = {tenant.id: frozenset(snapshots[tenant.id].manifests) for tenant in tenants}
        return Scope(
            "rows", currency or tenants[0].currency, as_of, zone, tuple(tenants), tenants[0].id, settings,
            snapshots, declared, self.catalogue, self.database,
        )  # fmt: skip


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
