"""Metrics over a scope: each comes out as figures, which have a value or the reason why there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from quarterdeck.metrics.definition import ABOUT_ALL, MANIFEST_TABLE, MISSING_REASONS, Figure, MetricError
from quarterdeck.metrics.engine import engine
from quarterdeck.metrics.exact import check_types, day_text, fraction, shown
from quarterdeck.metrics.system import setting_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from quarterdeck.lake.definition import Manifest
    from quarterdeck.metrics.bridge_definition import Bridge
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Grain, Metric, MissingReason, Query, Table
    from quarterdeck.metrics.scope import Answer, Scope
    from quarterdeck.settings.definition import Tenant

_ANSWERS = {
    "value", "numerator", "denominator", "currency", "missing", "because", "period_start", "period_end",
}  # fmt: skip


def measure(
    scope: Scope, catalogue: Catalogue, *, grain: Grain, only: Collection[str] | None = None
) -> tuple[Figure, ...]:
    """Figures of every metric of that grain, in order of metric, then tenant, then currency.

    ``tenant``: for each tenant of the scope whose kind a metric applies to; ``scope``: over all of them
    together. Metrics about figures are left to ``measure_reporting``. Raises MetricError.
    """
    jobs: list[tuple[Metric, Sequence[Tenant]]] = []
    for metric in _chosen(catalogue, grain, only, second_pass=False):
        applying = [tenant for tenant in scope.tenants if metric.applies_to(tenant.kind)]
        if grain == "tenant":
            jobs += [(metric, [tenant]) for tenant in applying]
        elif applying:
            jobs.append((metric, applying))
    # Queries over the same tenants one after the other: they share the views that were worked out.
    order = sorted(range(len(jobs)), key=lambda n: [t.id for t in lacking(scope, *jobs[n])[0]])
    found = {n: figures_of_metric(scope, *jobs[n], whole=grain == "scope") for n in order}
    return tuple(figure for n in range(len(jobs)) for figure in found[n])


def measure_reporting(
    scope: Scope, catalogue: Catalogue, figures: Iterable[Figure], *, only: Collection[str] | None = None
) -> tuple[Figure, ...]:
    """Figures about figures: metrics whose input is ``figure``, over those of the first pass.

    ``figures`` are the tenants' and the scope's own. Those about all metrics come last, over the figures of
    both passes, which stay in the scope for tables about figures.
    """
    shown = list(figures)
    chosen = _chosen(catalogue, "scope", only, second_pass=True)
    second: list[Figure] = []
    for part in ([m for m in chosen if m.id not in ABOUT_ALL], [m for m in chosen if m.id in ABOUT_ALL]):
        scope.show_figures([*shown, *second], catalogue.metrics)
        for metric in part:
            second += figures_of_metric(scope, metric, scope.tenants, whole=True)
    return tuple(sorted(second, key=lambda figure: figure.metric))


def _chosen(
    catalogue: Catalogue, grain: Grain, only: Collection[str] | None, *, second_pass: bool
) -> list[Metric]:
    return [
        metric
        for metric in sorted(catalogue.metrics.values(), key=lambda metric: metric.id)
        if grain in metric.grain
        and metric.query.is_second_pass == second_pass
        and (only is None or metric.id in only)
    ]


def lacking(
    scope: Scope, item: Metric | Table | Bridge, tenants: Sequence[Tenant]
) -> tuple[list[Tenant], str | None]:
    """The tenants that have the inputs, and (where there are none) what is missing, in words."""
    having, because = [], None
    for tenant in tenants:
        reason = _lacks(scope, item, tenant)
        if reason is None:
            having.append(tenant)
        because = because or reason
    return having, None if having else because or item.needs


def _lacks(scope: Scope, item: Metric | Table | Bridge, tenant: Tenant) -> str | None:
    delivered, query = scope.delivered(tenant.id), item.query
    if not query.is_second_pass and not all(
        demand.is_met(scope.declared[tenant.id], delivered) for demand in query.demands
    ):
        return item.needs
    absent = {
        f"{name}.{column}"
        for name in item.inputs
        if name in delivered
        for column in _absent_columns(scope, tenant, name)
    }
    missed = sorted(absent & scope.catalogue.columns_read(query)) if absent - query.spared else []
    return f"not delivered: {', '.join(missed)}" if missed else None


def _absent_columns(scope: Scope, tenant: Tenant, dataset: str) -> frozenset[str]:
    """Columns that no row has; where several surveys have the dataset, in none of them."""
    manifests = scope.snapshots[tenant.id].manifests_of(dataset)
    return (
        frozenset.intersection(*(frozenset(m.absent_columns) for m in manifests))
        if manifests
        else frozenset()
    )


def figures_of_metric(
    scope: Scope, metric: Metric, tenants: Sequence[Tenant], *, whole: bool
) -> list[Figure]:
    """One metric's figures, one per currency: of the only tenant, or of several as a ``whole``."""
    subject = None if whole else tenants[0].id
    having, because = lacking(scope, metric, tenants)
    blank = Figure(
        metric=metric.id,
        tenant=subject,
        unit=metric.unit,
        currency=None,
        value=None,
        missing="no_data",
        because=because or metric.needs,
        period_start=scope.as_of.replace(day=1).isoformat(),
        period_end=scope.as_of.isoformat(),
        inputs=inputs_of(scope, metric, having or tenants),
        query_hash=metric.query.hash,
        engine=engine(),
        settings=settings_of(scope, metric, having or tenants),
    )
    if not having:
        return [blank]
    rows = query_rows(scope, metric.query, having)
    where = f"{metric.query.path}: {metric.id} of {subject or 'the scope'}"
    try:
        figures = [_figure(blank, row) for row in rows] or [blank]
    except ValueError as error:
        raise MetricError(f"{where}: {error}; scope: {scope}") from None
    currencies = [figure.currency for figure in figures]
    if len(set(currencies)) != len(currencies):
        raise MetricError(f"{where}: expected one row per currency, found {len(rows)} rows; scope: {scope}")
    return sorted(figures, key=lambda figure: figure.currency or "")


def _figure(blank: Figure, row: dict[str, Any]) -> Figure:
    if unknown := sorted(row.keys() - _ANSWERS):
        raise ValueError(f"unknown columns {', '.join(unknown)}; known: {', '.join(sorted(_ANSWERS))}")
    currency, missing = row.get("currency"), row.get("missing")
    start, end = (
        day_text(row[name], name) if row.get(name) is not None else getattr(blank, name)
        for name in ("period_start", "period_end")
    )
    if missing is None and row.get("denominator", 1) == 0:
        missing = "zero_denominator"
    if missing is not None and missing not in MISSING_REASONS:
        raise ValueError(f"missing: expected one of {', '.join(MISSING_REASONS)}; found {missing!r}")
    because = row.get("because")
    value = None if missing is not None else _value(blank.unit, row, currency)
    return replace(
        blank,
        currency=currency,
        value=value,
        missing=cast("MissingReason | None", missing),
        because=(because or _WHY.get(missing, missing)) if missing is not None else None,
        note=because if missing is None else None,
        period_start=start,
        period_end=end,
    )


_WHY = {
    "zero_denominator": "nothing to divide by",
    "no_history": "too short a history",
    "not_reached": "not reached",
    "infinite": "without end",
}


def _value(unit: str, row: dict[str, Any], currency: str | None) -> Any:
    if unit == "day":
        return day_text(row.get("value"), "value")
    if "numerator" in row:
        number = fraction(row["numerator"], "numerator") / fraction(row.get("denominator"), "denominator")
    else:
        number = fraction(row.get("value"), "value")
    return shown(number, unit, currency)


def query_rows(scope: Scope, query: Query, tenants: Sequence[Tenant]) -> list[dict[str, Any]]:
    """Rows of the query by column. Raises MetricError: a failure, or a column that is not exact."""
    answer: Answer = scope.ask(query, tenants)
    try:
        check_types(answer.columns, answer.types)
    except ValueError as error:
        raise MetricError(f"{query.path}: {error}; scope: {scope}") from None
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def inputs_of(scope: Scope, item: Metric | Table, tenants: Iterable[Tenant]) -> tuple[dict[str, Any], ...]:
    """What entered: one line per dataset and tenant that has it, with its hash, its rows and how fresh it is.

    ``newest``: when its newest row became known (None: it does not say); ``read_at``: when it was read.
    """
    return tuple(
        {
            "dataset": manifest.dataset,
            "tenant": manifest.tenant,
            "rows": manifest.rows_kept,
            "content_hash": manifest.content_hash,
            "rebuilt": manifest.rebuilt,
            "as_of": manifest.as_of,
            "revision": manifest.revision,
            "newest": manifest.newest,
            "read_at": manifest.read_at,
        }
        for manifest in manifests_behind(scope, item, tenants)
    )


def manifests_behind(scope: Scope, item: Metric | Table, tenants: Iterable[Tenant]) -> Iterator[Manifest]:
    """The manifests of what entered, by tenant, then in the order of the metric's inputs.

    Of a metric about the snapshots themselves: all of them.
    """
    for tenant in tenants:
        if MANIFEST_TABLE in item.inputs:
            yield from scope.snapshots[tenant.id].all_manifests
            continue
        for name in item.inputs:
            if name in scope.delivered(tenant.id):
                yield from scope.snapshots[tenant.id].manifests_of(name)


def settings_of(scope: Scope, item: Metric | Table, tenants: Sequence[Tenant]) -> tuple[dict[str, Any], ...]:
    """The settings that the SQL reads, with the value as it read it for each tenant; None: not set."""
    return tuple(
        {"name": name, "tenant": tenant.id, "value": None if value is None else setting_text(value)}
        for name in item.query.settings
        for tenant in tenants
        for value in (tenant.settings.get(name, scope.settings.get(name)),)
    )
