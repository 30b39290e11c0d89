"""The relations of a scope that are no datasets: period, tenant, portfolio, setting, zone and those in which
metrics about figures, snapshots and mail find what they are about.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.days import end_of_day, full_months, month_of
from quarterdeck.metrics.definition import FIGURE_TABLE, MAIL_TABLE, MANIFEST_TABLE, REFERENCE
from quarterdeck.money import exponent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from zoneinfo import ZoneInfo

    from quarterdeck.lake.definition import TenantSnapshots
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
    "portfolio": {"currency": "varchar", "minor_units": "bigint"},
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
        "currency": "varchar",  # null: no money, or missing
        "period_start": "date",
        "period_end": "date",
    },
    MANIFEST_TABLE: {
        "tenant": "varchar",
        "dataset": "varchar",
        "survey": "varchar",  # the repository or account that it was found in; null: the tenant's own
        "as_of": "date",  # before the as-of day: an older snapshot had to do
        "timing": "varchar",  # events, state
        "is_reference": "boolean",  # set down beforehand: says nothing of business going on
        "rebuilt": "boolean",
        "rows_read": "bigint",
        "rows_kept": "bigint",
        "rows_quarantined": "bigint",
        "rows_after": "bigint",  # became known after the as-of day
        "broken_files": "bigint",  # whose rows have no number
        "newest": "timestamptz",  # when the newest kept row became known; null: no row
        "read_at": "timestamptz",
        "missing": "varchar",  # why there are no rows at all
    },
    MAIL_TABLE: {
        "report": "varchar",
        "as_of": "date",  # of the edition
        "recipient": "bigint",  # the place among the report's recipients: 1, 2, ...
        "state": "varchar",  # of the delivery; held, not composed, not delivered: there was none
        "due_at": "timestamptz",
        "accepted_at": "timestamptz",  # by SES
        "delivered_at": "timestamptz",  # by the recipient's server, where that was told
    },
}


@dataclass(frozen=True)
class Mail:
    """A row of ``mail``: one edition of an earlier day, to one recipient. Instants are in UTC."""

    report: str
    as_of: date
    recipient: int
    state: str
    due_at: datetime
    accepted_at: datetime | None = None
    delivered_at: datetime | None = None


def mail_rows(mail: Iterable[Mail]) -> list[tuple[Any, ...]]:
    """The rows of ``mail``."""
    return [astuple(one) for one in mail]


def manifest_rows(snapshots: Iterable[TenantSnapshots]) -> Iterator[tuple[Any, ...]]:
    """The rows of ``manifest``: one per dataset, tenant and survey."""
    for manifest in (manifest for one in snapshots for manifest in one.all_manifests):
        yield (
            manifest.tenant,
            manifest.dataset,
            manifest.survey,
            date.fromisoformat(manifest.as_of),
            manifest.timing,
            manifest.dataset in REFERENCE,
            manifest.rebuilt,
            manifest.rows_read,
            manifest.rows_kept,
            manifest.rows_quarantined,
            manifest.rows_after,
            len(manifest.broken_files),
            _instant(manifest.newest),
            _instant(manifest.read_at),
            manifest.missing,
        )


def _instant(text: str | None) -> datetime | None:
    """The instant of a manifest's text; None where it says none."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


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
        yield None, name, setting_text(value)
    for tenant in tenants:
        for name, value in tenant.settings.items():
            yield tenant.id, name, setting_text(value)


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
            figure.currency,
            figure.period_start,
            figure.period_end,
        )


def setting_text(value: Scalar) -> str:
    """A setting's value as SQL sees it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
