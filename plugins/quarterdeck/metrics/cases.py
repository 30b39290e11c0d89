"""Cases beside the SQL (``x.cases.yaml``): rows by hand, and what the metric or table must answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from quarterdeck.errors import ConfigError
from quarterdeck.lake.definition import Manifest, TenantSnapshots
from quarterdeck.lake.schema import arrow_schema, has_money
from quarterdeck.metrics.definition import MANIFEST_TABLE, SYSTEM_INPUTS, Metric
from quarterdeck.metrics.figures import figures_of_metric
from quarterdeck.metrics.system import SYSTEM_TABLES
from quarterdeck.metrics.tables import tabulate
from quarterdeck.money import to_minor
from quarterdeck.settings.definition import Tenant
from quarterdeck.settings.yaml_files import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from quarterdeck.metrics.bridge_definition import Bridge
    from quarterdeck.metrics.definition import Table
    from quarterdeck.metrics.scope import Bench, Scope
    from quarterdeck.settings.definition import Dataset

_KEYS = {
    "name", "working", "as_of", "grain", "zone", "settings", "tenants", "tables", "absent_columns", "expect",
    "then", "against", "currency",
}  # fmt: skip
_TENANT_KEYS = {"id", "kind", "currency", "unit", "settings"}
_FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class Case:
    """One case of one metric or table, as its YAML says it."""

    subject: str
    name: str
    file: str
    line: int
    data: Mapping[str, Any]

    @property
    def where(self) -> str:
        """File and line, for messages."""
        return f"{self.file}:{self.line}"


def read_cases(path: Path) -> list[Case]:
    """The cases in a file. Raises ConfigError for unknown keys and for a case without name or expectation."""
    file = load(path)
    cases, mistakes = [], []
    listed = file.data.get("cases") if isinstance(file.data, dict) else None
    for index, data in enumerate(listed or ()):
        place = ("cases", index)
        if not isinstance(data, dict) or not {"name", "as_of", "expect"} <= data.keys():
            mistakes.append(file.mistake(place, "expected a case with name, as_of and expect"))
            continue
        mistakes += [
            file.mistake((*place, key), f"{key}: unknown key; known: {', '.join(sorted(_KEYS))}")
            for key in data.keys() - _KEYS
        ]
        subject = path.name.removesuffix(".cases.yaml")
        cases.append(Case(subject, str(data["name"]), file.name, file.line(place), data))
    if not cases:
        mistakes.append(file.mistake((), "expected `cases:` with at least one case"))
    if mistakes:
        raise ConfigError(mistakes)
    return cases


def differences(case: Case, bench: Bench) -> list[str]:
    """Where the answer differs from what the case expects; empty when it holds.

    Raises ValueError for rows that the datasets don't allow, MetricError for a query that fails.
    """
    catalogue = bench.catalogue
    item = catalogue.metrics.get(case.subject) or catalogue.tables[case.subject]
    scope = case_scope(case, item, bench)
    if isinstance(item, Metric):
        return list(_figure_differences(case, item, scope))
    return list(_table_differences(case, item, scope))


def _figure_differences(case: Case, metric: Metric, scope: Scope) -> Iterator[str]:
    grain = case.data.get("grain", "tenant" if "tenant" in metric.grain else "scope")
    whole = grain == "scope"
    figures = figures_of_metric(scope, metric, scope.tenants if whole else scope.tenants[:1], whole=whole)
    expected = case.data["expect"]
    expected = expected if isinstance(expected, list) else [expected]
    found = [_plain_figure(figure.as_json()) for figure in figures]
    if len(found) != len(expected):
        yield f"expected {len(expected)} figures, found {len(found)}: {found}"
        return
    for wanted, figure in zip(expected, found, strict=True):
        for key, value in wanted.items():
            if not same(value, figure.get(key)):
                shown = {k: v for k, v in figure.items() if k not in {"inputs", "query_hash"}}
                yield f"{key}: expected {value!r}, found {figure.get(key)!r} in {shown}"


def _plain_figure(figure: dict[str, Any]) -> dict[str, Any]:
    period = figure.pop("period")
    return {**figure, "period_start": period["start"], "period_end": period["end"]}


def _table_differences(case: Case, table: Table, scope: Scope) -> Iterator[str]:
    result = tabulate(scope, table)
    expected = case.data["expect"]
    for key in ("missing", "because", "currency"):
        if key in expected and not same(expected[key], getattr(result, key)):
            yield f"{key}: expected {expected[key]!r}, found {getattr(result, key)!r}"
    if "rows" not in expected:
        return
    found = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    if result.missing is not None or len(found) != len(expected["rows"]):
        yield f"expected {len(expected['rows'])} rows, found {len(found)}: {result.missing or found}"
        return
    for number, (wanted, row) in enumerate(zip(expected["rows"], found, strict=True), start=1):
        for key, value in wanted.items():
            if not same(value, cell := row.get(key, "no such column")):
                yield f"row {number}, {key}: expected {value!r}, found {cell!r} in {row}"


def same(expected: object, found: object) -> bool:
    """Whether what was found is what a case says: numbers by their value, all else by its text."""
    if isinstance(expected, bool) or expected is None or found is None or isinstance(found, bool):
        return expected is found
    if isinstance(found, int | Decimal):
        try:
            return Decimal(str(expected)) == found
        except InvalidOperation:
            return False
    return str(expected) == str(found)


def case_scope(case: Case, item: Metric | Table | Bridge, bench: Bench) -> Scope:
    """The scope that the case describes. Raises ValueError for rows that the datasets don't allow."""
    data = case.data
    zone = ZoneInfo(data.get("zone", "UTC"))
    tenants = [_tenant(given, item) for given in data.get("tenants", [{}])]
    given = dict(data.get("tables") or {})
    system = {name: given.pop(name, None) or () for name in SYSTEM_INPUTS}
    datasets = bench.catalogue.datasets
    if unknown := sorted(given.keys() - datasets.keys()):
        raise ValueError(f"tables: there is no dataset {', '.join(unknown)}")
    absent = data.get("absent_columns", {})
    scope = bench.scope(
        {name: _Rows(datasets[name], tenants, zone).table(rows) for name, rows in given.items()},
        item,
        tenants=tenants,
        snapshots={t.id: _snapshots(t.id, tenants[0].id, given, absent, case) for t in tenants},
        as_of=date.fromisoformat(str(data["as_of"])),
        zone=zone,
        settings=data.get("settings", {}),
        currency=data.get("currency"),
    )
    for name, rows in system.items():
        scope.database.point(name, _system_rows(name, rows, tenants[0].id, case))
    return scope


def _system_rows(
    table: str, rows: Sequence[Mapping[str, Any]], first: str, case: Case
) -> list[tuple[Any, ...]]:
    """Rows of a system table; a manifest is the first tenant's, of the case's day, if it doesn't say."""
    columns = SYSTEM_TABLES[table]
    plain = {"tenant": first, "as_of": case.data["as_of"], "timing": "events", "is_reference": False}
    plain = {**plain, "broken_files": 0} if table == MANIFEST_TABLE else {}
    if unknown := sorted({name for row in rows for name in row} - columns.keys()):
        raise ValueError(f"{table}: no column {', '.join(unknown)}")
    return [tuple(row.get(column, plain.get(column)) for column in columns) for row in rows]


def _tenant(given: Mapping[str, Any], item: Metric | Table | Bridge) -> Tenant:
    if unknown := sorted(given.keys() - _TENANT_KEYS):
        raise ValueError(f"tenants: unknown {', '.join(unknown)}; known: {', '.join(sorted(_TENANT_KEYS))}")
    kind = item.kinds[0] if item.kinds else "charter"
    plain = {"id": "t", "title": str(given.get("id", "t")), "kind": kind, "currency": "USD"}
    return Tenant.model_validate({**plain, **given})


def _snapshots(
    tenant: str, first: str, given: Mapping[str, Any], absent: Mapping[str, list[str]], case: Case
) -> TenantSnapshots:
    """The tenant has the datasets that the case gives, unless all their rows are other tenants'."""
    manifests = {}
    for name, rows in given.items():
        owners = {row.get("tenant", first) for row in rows}
        if owners and tenant not in owners:
            continue
        manifests[name] = Manifest(
            portfolio="rows",
            tenant=tenant,
            dataset=name,
            as_of=str(case.data["as_of"]),
            revision=1,
            source=case.file,
            timing="events",
            rebuilt=False,
            read_at="2000-01-01T00:00:00+00:00",
            rows_read=len(rows),
            rows_kept=len(rows),
            rows_after=0,
            content_hash="",
            absent_columns=tuple(absent.get(name, ())),
        )
    return TenantSnapshots(tenant, manifests, dict.fromkeys(manifests, ""))


class _Rows:
    """Rows by hand become a declared table: omitted required columns get a neutral value of their type."""

    def __init__(self, dataset: Dataset, tenants: list[Tenant], zone: ZoneInfo) -> None:
        self._dataset, self._zone = dataset, zone
        self._currencies = {tenant.id: tenant.currency for tenant in tenants}
        self._first = tenants[0].id

    def table(self, rows: list[dict[str, Any]]) -> pa.Table:
        """The rows as Arrow. Raises ValueError, naming dataset, row and column."""
        built = [self._row(number, row) for number, row in enumerate(rows, start=1)]
        return pa.Table.from_pylist(built, schema=arrow_schema(self._dataset))

    def _row(self, number: int, given: dict[str, Any]) -> dict[str, Any]:
        known = arrow_schema(self._dataset).names
        if unknown := sorted(given.keys() - set(known)):
            raise ValueError(f"{self._dataset.id}, row {number}: no column {', '.join(unknown)}")
        tenant = str(given.get("tenant", self._first))
        currency = str(given.get("currency", self._currencies.get(tenant, "USD")))
        row: dict[str, Any] = {
            "tenant": tenant,
            "created_at": self._instant(given.get("created_at", _FIRST_DAY.isoformat())),
            "source_key": str(given.get("source_key", f"{self._dataset.id}/{number}")),
        }
        if has_money(self._dataset):
            row["currency"] = currency
        for name, column in self._dataset.columns.items():
            value = given.get(name)
            if value is None:
                row[name] = self._neutral(name, column.type, number) if column.required else None
                continue
            try:
                row[name] = self._typed(value, column.type, currency)
            except (ValueError, ArithmeticError) as error:
                raise ValueError(f"{self._dataset.id}, row {number}, {name}: {error}") from None
            if column.type == "choice" and value not in column.of:
                raise ValueError(
                    f"{self._dataset.id}, row {number}, {name}: {value!r} is none of {column.of}"
                )
        return row

    def _neutral(self, name: str, type_: str, number: int) -> Any:
        if type_ == "choice":
            return self._dataset.columns[name].of[0]
        if type_ == "text":
            return f"{name}-{number}"
        if type_ == "integer":
            return number if name in self._dataset.key else 0
        plain: dict[str, Any] = {"money": 0, "decimal": Decimal(0), "boolean": False, "day": _FIRST_DAY}
        return plain[type_] if type_ in plain else self._instant(_FIRST_DAY.isoformat())

    def _typed(self, value: Any, type_: str, currency: str) -> Any:
        if type_ == "money":
            return to_minor(str(value), currency)
        if type_ == "decimal":
            return Decimal(str(value))
        if type_ == "integer":
            return int(value)
        if type_ == "day":
            return date.fromisoformat(str(value))
        if type_ == "instant":
            return self._instant(str(value))
        return value if type_ == "boolean" else str(value)

    def _instant(self, text: str) -> datetime:
        """Zoned as given, else local time of the case's zone; a plain day is its local midnight."""
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        return moment.astimezone(UTC)
