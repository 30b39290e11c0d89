"""One figure explained: what it is, what it was computed from, by which SQL, and the rows that count."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from quarterdeck.errors import RequestError
from quarterdeck.lake.definition import TenantSnapshots
from quarterdeck.metrics.catalogue import read_headers, read_metric
from quarterdeck.metrics.contributions import UntraceableError, contributions, file_of
from quarterdeck.metrics.definition import ABOUT_ALL, MANIFEST_TABLE
from quarterdeck.metrics.figures import figures_of_metric, lacking, manifests_behind
from quarterdeck.metrics.scope import open_scope
from quarterdeck.quality.definition import Check, standings_of
from quarterdeck.reports.format import format_value
from quarterdeck.steps.mail_record import mail_before
from quarterdeck.steps.measuring import all_figures, check_tenant, open_day
from quarterdeck.steps.snapshot import take_snapshots
from quarterdeck.steps.survey import take_survey

if TYPE_CHECKING:
    from quarterdeck.lake.definition import Manifest
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Figure, Metric
    from quarterdeck.metrics.scope import Scope
    from quarterdeck.settings.definition import Tenant
    from quarterdeck.steps.resources import Day, Resources

_WORDS = ("title", "unit", "better", "formula", "reference", "needs")
SAMPLE = (
    "the rows of the last step before they are added up, counted or compared, the largest first: "
    "what each brings stands in the columns `added`, money in minor units; addresses, names of persons and "
    "free text are not shown"
)


def explain_figure(
    resources: Resources, portfolio: str, metric_id: str, as_of: str, *, tenant: str | None
) -> dict[str, Any]:
    """What ``quarterdeck explain`` prints: ``figures`` has one per currency.

    It is measured anew, from the snapshots of the day, which are taken where there are none. Raises
    RequestError for an unknown metric or tenant, and for a grain or kind that the metric is not measured for.
    """
    day = open_day(resources, portfolio, as_of)
    check_tenant(day, tenant)
    catalogue = read_metric(resources.places.include, metric_id)
    metric = catalogue.metrics[metric_id]
    businesses = _businesses(day, metric, tenant)
    with open_scope(
        {business.id: _snapshots(day, metric, business, whole=tenant is None) for business in businesses},
        path_of=day.lake.local_path,
        config=day.config,
        tenants=[business.id for business in businesses],
        as_of=day.as_of,
        catalogue=catalogue,
        mail=mail_before(day),
    ) as scope:
        if metric.query.is_second_pass:
            _show_figures(day, scope, metric)
        figures = figures_of_metric(scope, metric, businesses, whole=tenant is None)
        having, _ = lacking(scope, metric, businesses)
        inputs = _inputs(day, scope, metric, having or businesses)
        explained = [_explained(day, scope, metric, figure, having) for figure in figures]
    return {
        "portfolio": portfolio,
        "as_of": as_of,
        "metric": metric_id,
        "tenant": tenant,
        **{name: getattr(metric, name) for name in _WORDS},
        "owner": day.config.portfolio.owners.get(metric.owner, metric.owner),
        "query_hash": metric.query.hash,
        "engine": figures[0].engine,
        "settings": list(figures[0].settings),
        "inputs": inputs,
        "figures": explained,
        "sql": _sql(catalogue, metric),
    }


def _businesses(day: Day, metric: Metric, tenant: str | None) -> list[Tenant]:
    if tenant is None and "scope" not in metric.grain:
        raise RequestError(f"{metric.id} is measured for each tenant only: name one with --tenant")
    if tenant is not None and "tenant" not in metric.grain:
        raise RequestError(f"{metric.id} is measured for the portfolio as a whole only: leave --tenant out")
    asked = [t for t in day.config.portfolio.tenants if tenant in {None, t.id}]
    applying = [business for business in asked if metric.applies_to(business.kind)]
    if not applying:
        raise RequestError(
            f"{metric.id} applies to tenants of the kind {' or '.join(metric.kinds)}, "
            f"found {', '.join(sorted({business.kind for business in asked}))}"
        )
    return applying


def _snapshots(day: Day, metric: Metric, business: Tenant, *, whole: bool) -> TenantSnapshots:
    """Of the datasets that the metric reads; surveys belong to figures of the whole, as in ``measure``."""
    wanted = [name for name in business.datasets if _enters(metric, name)]
    own = day.snapshots.of_tenant(day.run.as_of, business.id, wanted)
    if own.manifests.keys() != set(wanted):
        take_snapshots(day, business, refresh=False)
        own = day.snapshots.of_tenant(day.run.as_of, business.id, wanted)
    surveys = [_survey(day, metric, name) for name, survey in day.config.portfolio.surveys.items()
               if whole and survey.tenant == business.id]  # fmt: skip
    return TenantSnapshots(business.id, own.manifests, own.parquet, tuple(surveys))


def _enters(metric: Metric, dataset: str) -> bool:
    """Whether the metric is made of the dataset, or of its manifest."""
    return dataset in metric.inputs or MANIFEST_TABLE in metric.inputs


def _survey(day: Day, metric: Metric, name: str) -> TenantSnapshots:
    wanted = [dataset for dataset in day.config.portfolio.surveys[name].datasets if _enters(metric, dataset)]
    found = day.snapshots.of_tenant(day.run.as_of, name, wanted)
    if found.manifests.keys() != set(wanted):
        take_survey(day, name, refresh=False)
        found = day.snapshots.of_tenant(day.run.as_of, name, wanted)
    return found


def _show_figures(day: Day, scope: Scope, metric: Metric) -> None:
    """Those that the metric is about: of the first pass, or of both where it is about all."""
    headers = read_headers(day.resources.places.include)
    behind = {name for name, header in headers.items() if not header.query.is_second_pass}
    if metric.id in ABOUT_ALL:
        behind = headers.keys() - ABOUT_ALL
    scope.show_figures([figure for figure in all_figures(day, None) if figure.metric in behind], headers)


def _inputs(day: Day, scope: Scope, metric: Metric, tenants: list[Tenant]) -> list[dict[str, Any]]:
    """Per dataset and tenant: rows read, kept, set aside and in scope, freshness, what checks said."""
    manifests = list(manifests_behind(scope, metric, tenants))
    checks = [check for manifest in manifests for check in _checks(day, manifest)]
    standings = standings_of(checks)
    in_scope: Counter[tuple[str, str]] = Counter()
    for name in {manifest.dataset for manifest in manifests if scope.database.knows(manifest.dataset)}:
        counted = f"select tenant, count(*) from loaded.{name} group by tenant"  # noqa: S608 - an Id
        in_scope.update({(tenant, name): rows for tenant, rows in scope.database.ask(counted).rows})
    return [
        {
            "dataset": manifest.dataset,
            "tenant": manifest.tenant,
            "source": manifest.source,
            "as_of": manifest.as_of,
            "revision": manifest.revision,
            "rows_read": manifest.rows_read,
            "rows_kept": manifest.rows_kept,
            "rows_quarantined": manifest.rows_quarantined,
            "rows_after": manifest.rows_after,
            "rows_in_scope": in_scope[manifest.tenant, manifest.dataset]
            if scope.database.knows(manifest.dataset)
            else manifest.rows_kept,
            "content_hash": manifest.content_hash,
            "newest": manifest.newest,
            "read_at": manifest.read_at,
            "rebuilt": manifest.rebuilt,
            "quality": standings.get((manifest.tenant, manifest.dataset)),
        }
        for manifest in manifests
    ]


def _checks(day: Day, manifest: Manifest) -> list[Check]:
    found = day.snapshots.checks(manifest.as_of, manifest.holder, manifest.dataset)
    return [Check(**{**check, "keys": tuple(check["keys"])}) for check in found]


def _explained(
    day: Day, scope: Scope, metric: Metric, figure: Figure, having: list[Tenant]
) -> dict[str, Any]:
    if figure.missing is None:
        locale = day.config.portfolio.locale
        text = format_value(figure.value, figure.unit, figure.currency, locale)
        outcome = {"value": figure.value, "text": text}
    else:
        why = f"{figure.missing}: {figure.because}"
        outcome = {"missing": figure.missing, "because": figure.because, "text": why}
    return {
        **outcome,
        "note": figure.note,
        "currency": figure.currency,
        "period": {"start": figure.period_start, "end": figure.period_end},
        "rows": _rows(scope, metric, figure) if having else {"untraced": "its inputs are not there"},
    }


def _rows(scope: Scope, metric: Metric, figure: Figure) -> dict[str, Any]:
    try:
        return {"says": SAMPLE, **asdict(contributions(scope, metric, figure.currency))}
    except UntraceableError as error:
        return {"untraced": str(error)}


def _sql(catalogue: Catalogue, metric: Metric) -> list[dict[str, str]]:
    """The views in the order in which they are read, then the metric."""
    queries = [*(catalogue.views[name].query for name in metric.query.views), metric.query]
    return [{"path": file_of(query.path), "sql": query.sql} for query in queries]
