"""What only shows when files are read together: names that don't exist elsewhere, addresses out of bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.settings.attachments import attachment_mistakes
from quarterdeck.settings.histories import check_history, unknown
from quarterdeck.settings.surveys import ACCOUNT_DATASETS, REPOSITORY_DATASETS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from quarterdeck.errors import Mistake
    from quarterdeck.settings.definition import Dataset, Portfolio, Report, Tenant
    from quarterdeck.settings.yaml_files import Loc, YamlFile

_STANDARD = ("tenant", "created_at", "source_key")  # every dataset has them: never declared
# Made by surveys alone. A bill, what was used and a deployment log may also come as files.
SURVEY_ONLY = frozenset({*REPOSITORY_DATASETS, "deployments", *ACCOUNT_DATASETS}) - {
    "cloud_costs", "cloud_usage", "cloud_forecasts", "deployments",
}  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def check_dataset(dataset: Dataset, file: YamlFile) -> Iterator[Mistake]:
    """Key, ``known_by``, ``history`` and ``as_read`` name columns; standard columns are not declared."""
    for key in ("key", "known_by"):
        for index, name in enumerate(getattr(dataset, key)):
            if name not in dataset.columns:
                yield file.mistake((key, index), unknown("column", name, dataset.columns))
            elif key == "key" and not dataset.columns[name].required:
                yield file.mistake((key, index), f"expected a required column in the key, found {name!r}")
            elif key == "known_by" and dataset.columns[name].type not in {"day", "instant"}:
                yield file.mistake((key, index), f"expected a day or an instant, found {name!r}")
    for name in (*_STANDARD, "currency"):
        if name in dataset.columns:
            yield file.mistake(("columns", name), f"expected no column {name!r} here: it is added by itself")
    yield from check_history(dataset, file)


def check_report(report: Report, file: YamlFile, include: Path) -> Iterator[Mistake]:
    """Metrics, rules, kinds of section and tables of attachments exist; the cadence names a real day."""
    metrics = {path.stem for path in include.glob("sql/metrics/*/*.sql")}
    for index, kpi in enumerate(report.kpis):
        if kpi.metric not in metrics:
            yield file.mistake(("kpis", index, "metric"), unknown("metric", kpi.metric, metrics))
    rules = {path.stem for path in include.glob("rules/*/*.yaml") if not path.name.endswith(".cases.yaml")}
    for index, rule in enumerate(report.rules):
        if rule not in rules:
            yield file.mistake(("rules", index), unknown("rule", rule, rules))
    kinds = {path.name.removesuffix(".html.j2") for path in include.glob("templates/sections/*.html.j2")}
    seen: set[str] = set()
    for index, section in enumerate(report.sections):
        if section.kind not in kinds:
            yield file.mistake(("sections", index, "kind"), unknown("kind of section", section.kind, kinds))
        if section.id in seen:
            yield file.mistake(
                ("sections", index, "id"), f"the section {section.id!r} is here twice: rename one"
            )
        seen.add(section.id)
    for place, words in attachment_mistakes(
        report.attachments, {section.id: section.kind for section in report.sections}
    ):
        yield file.mistake(place, words)
    yield from _check_cadence(report, file)


def _check_cadence(report: Report, file: YamlFile) -> Iterator[Mistake]:
    if report.cadence == "daily":
        return
    if len(report.cadence) != 1:
        yield file.mistake(("cadence",), "expected `daily`, `{weekly: DAY}` or `{monthly: 1 to 31}`")
    for name, day in report.cadence.items():
        if name == "weekly" and str(day).lower() not in _WEEKDAYS:
            yield file.mistake(("cadence", name), f"expected a day such as monday, found {day!r}")
        if name == "monthly" and day not in range(1, 32):
            yield file.mistake(("cadence", name), f"expected a day from 1 to 31, found {day!r}")


def check_tenant(tenant: Tenant, file: YamlFile, datasets: Mapping[str, Dataset]) -> Iterator[Mistake]:
    """Its datasets exist, and so do the columns that it maps."""
    for name, source in tenant.datasets.items():
        if name not in datasets:
            yield file.mistake(("datasets", name), unknown("dataset", name, datasets))
            continue
        if name in SURVEY_ONLY:
            yield file.mistake(
                ("datasets", name),
                f"expected a dataset with a source of its own, found {name!r}, which a survey makes: "
                "declare the repository or account in portfolio.yaml",
            )
        columns = [*datasets[name].columns, "created_at", *(["currency"] if datasets[name].has_money else [])]
        for column in source.columns:
            if column not in columns:
                loc = ("datasets", name, "columns", column)
                yield file.mistake(loc, unknown(f"column of {name}", column, columns))


def check_portfolio(
    portfolio: Portfolio, file: YamlFile, *, reports: Collection[str], tenants: Collection[str]
) -> Iterator[Mistake]:
    """Its reports and lead tenant exist, and everyone that it mails is in an allowed domain."""
    for index, report in enumerate(portfolio.reports):
        if report not in reports:
            yield file.mistake(("reports", index), unknown("report", report, reports))
        if report in portfolio.reports[:index]:
            yield file.mistake(("reports", index), f"the report {report!r} is here twice: keep one")
    for report in portfolio.recipients:
        if report not in portfolio.reports:
            yield file.mistake(("recipients", report), unknown("report", report, portfolio.reports))
    if portfolio.lead_tenant is not None and portfolio.lead_tenant not in tenants:
        yield file.mistake(("lead_tenant",), unknown("tenant", portfolio.lead_tenant, tenants))
    yield from _check_surveys(portfolio, file, tenants)
    yield from _check_addresses(portfolio, file)


def _check_surveys(portfolio: Portfolio, file: YamlFile, tenants: Collection[str]) -> Iterator[Mistake]:
    """Repositories and accounts are those of tenants that exist, each with an id of its own."""
    for key in ("repositories", "accounts"):
        seen: set[str] = set()
        for index, survey in enumerate(getattr(portfolio, key)):
            if survey.tenant not in tenants:
                yield file.mistake((key, index, "tenant"), unknown("tenant", survey.tenant, tenants))
            if survey.id in seen:
                yield file.mistake((key, index, "id"), f"the id {survey.id!r} is here twice: rename one")
            seen.add(survey.id)


def _check_addresses(portfolio: Portfolio, file: YamlFile) -> Iterator[Mistake]:
    allowed = {domain.lower() for domain in portfolio.allowed_domains}
    for loc, address in _addresses(portfolio):
        # Neither the address nor its domain is named: messages end up in logs.
        if address.rpartition("@")[2].lower() not in allowed:
            domains = ", ".join(sorted(allowed))
            yield file.mistake(
                loc, f"expected an address in one of allowed_domains ({domains}), found another"
            )
    for report, addresses in portfolio.recipients.items():
        folded = [address.lower() for address in addresses]
        for index, address in enumerate(folded):
            if address in folded[:index]:
                yield file.mistake(("recipients", report, index), "this recipient is here twice: keep one")


def _addresses(portfolio: Portfolio) -> Iterator[tuple[Loc, str]]:
    for report, addresses in portfolio.recipients.items():
        for index, address in enumerate(addresses):
            yield ("recipients", report, index), address
    if portfolio.oversight is not None:
        yield ("oversight",), portfolio.oversight
    yield ("preview",), portfolio.preview
