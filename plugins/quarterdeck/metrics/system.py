"""The relations of a scope that are no datasets: period, tenant, setting, zone and figure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.days import end_of_day, full_months, month_of
from quarterdeck.metrics.definition import FIGURE_TABLE
from quarterdeck.money import exponent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

    from quarterdeck.metrics.definition import Figure, Metric
    from quarterdeck.settings.definition import Tenant
    from quarterdeck.settings.model import Scalar

SYSTEM_TABLES: dict[str, dict[str, str]] = {
    "period": {
        "as_of": "date",
        "tomorrow": "date",
        "month_start": "date",
        "full_end": "date",
        "full_start": "date",
        "full_start_3m": "date",
        "full_start_12m": "date",
        "days_in_month": "bigint",
        "days_done": "bigint",
        "as_of_end": "timestamptz",
    },
    "tenant": {
        "tenant": "varchar",
        "kind": "varchar",
        "currency": "varchar",
        "minor_units": "bigint",  # of one major unit: 100 for USD, 1 for JPY
        "title": "varchar",
        "unit": "varchar",
        "lead": "boolean",
    },
    "setting": {"tenant": "varchar", "name": "varchar", "value": "varchar"},
    "zone": {"name": "varchar"},
    FIGURE_TABLE: {
        "metric": "varchar",
        "tenant": "varchar",  # null: of the whole scope
        "kind": "varchar",
        "missing": "varchar",
        "is_gap": "boolean",
        "value_text": "varchar",
        "because": "varchar",
        "title": "varchar",
        "needs": "varchar",
        "owner": "varchar",
    },
}


def period_row(as_of: date, zone: ZoneInfo) -> tuple[Any, ...]:
    """The one row of ``period``."""
    month = month_of(as_of)
    full = full_months(as_of, 1)
    return (
        as_of,
        as_of + timedelta(days=1),
        month.start,
        full.end,
        full.start,
        full_months(as_of, 3).start,
        full_months(as_of, 12).start,
        month.days,
        as_of.day,
        end_of_day(as_of, zone),
    )


def tenant_rows(tenants: Iterable[Tenant], lead: str | None) -> Iterator[tuple[Any, ...]]:
    """The rows of ``tenant``."""
    for tenant in tenants:
        minor_units = 10 ** exponent(tenant.currency)
        words = (tenant.title, tenant.unit)
        yield (tenant.id, tenant.kind, tenant.currency, minor_units, *words, tenant.id == lead)


def setting_rows(
    tenants: Iterable[Tenant], common: Mapping[str, Scalar]
) -> Iterator[tuple[str | None, str, str]]:
    """The rows of ``setting``: the portfolio's (tenant null), then each tenant's own."""
    for name, value in common.items():
        yield None, name, _text(value)
    for tenant in tenants:
        for name, value in tenant.settings.items():
            yield tenant.id, name, _text(value)


def figure_rows(
    figures: Iterable[Figure], metrics: Mapping[str, Metric], kinds: Mapping[str, str]
) -> Iterator[tuple[Any, ...]]:
    """The rows of ``figure``; ``kinds`` tells the kind of each tenant."""
    for figure in figures:
        metric = metrics[figure.metric]
        yield (
            figure.metric,
            figure.tenant,
            None if figure.tenant is None else kinds[figure.tenant],
            figure.missing,
            figure.is_gap,
            None if figure.value is None else str(figure.value),
            figure.because,
            metric.title,
            metric.needs,
            metric.owner,
        )


def _text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
