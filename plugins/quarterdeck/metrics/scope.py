"""A scope: tenants as of a day in a DuckDB of their own, which can reach nothing outside.

The connection has one relation per dataset (all tenants of the scope together), the shared views and the
system tables of ``system.py``. It is pointed at a day and at tenants before every query, so that one
scope answers for each tenant, for all of them, and for earlier month ends.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

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
    from pathlib import Path
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
_LIMITS = {"threads": 2, "memory_limit": "1GB"}


@dataclass(frozen=True)
class Answer:
    """The rows of a query, with the names and DuckDB's types of its columns."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class Database:
    """The connection, and what it is pointed at."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(":memory:", config=_LIMITS)
        self._connection.execute("set TimeZone = 'UTC'")
        self._connection.execute("create schema loaded")
        self._pointed: dict[str, object] = {}
        self._declared: dict[str, int] = {}  # dataset: rows
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

    def load(self, dataset: Dataset, path: Path) -> None:
        """Add the rows of a Parquet file, as ``insert`` would; before ``lock``.

        By DuckDB itself: to hand over Arrow tables makes it import pandas, which takes a second.
        """
        looked = self._connection.execute("select * from read_parquet(?) limit 0", [str(path)])
        names = [column[0] for column in looked.description or () if column[0] in arrow_schema(dataset).names]
        kept = ", ".join(f'"{name}"' for name in names)
        statement = f"insert into loaded.{dataset.id} by name select {kept} from read_parquet(?)"  # noqa: S608
        ((rows,),) = self._connection.execute(statement, [str(path)]).fetchall()
        self._declared[dataset.id] += rows

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
        """From here on no file and no network, and no setting may change."""
        self._connection.execute("set enable_external_access = false")
        self._connection.execute("set lock_configuration = true")

    def point(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Replace what a system table holds, unless it holds just that."""
        if self._pointed.get(table, []) == rows:
            return
        place = f"loaded.{table}" if table == MANIFEST_TABLE else table
        self._connection.execute(f"delete from {place}")  # noqa: S608 - a key of SYSTEM_TABLES
        marks = ", ".join("?" for _ in SYSTEM_TABLES[table])
        if rows:
            self._connection.executemany(f"insert into {place} values ({marks})", rows)  # noqa: S608
        self._pointed[table] = rows
        self._fresh.clear()

    def work_out(self, views: Iterable[View]) -> None:
        """Views in order of dependency, each worked out once for all queries that share it.

        As tables: nested views would be planned again, many times over, for every query. Raises
        MetricError, naming the file of the view.
        """
        for view in views:
            if view.id not in self._fresh:
                try:
                    self._connection.execute(f"create or replace table {view.id} as {view.query.sql}")
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
        """Give memory back."""
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
        for held in snapshots.values():
            if name in held.delivered:
                for key in held.parquet_of(name):
                    database.load(catalogue.datasets[name], path_of(key))


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
