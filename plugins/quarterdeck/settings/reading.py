"""Portfolios, tenants, datasets and reports from their YAML: one resolved config, or every mistake."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from quarterdeck.errors import ConfigError, Mistake
from quarterdeck.settings.crosschecks import check_dataset, check_portfolio, check_report, check_tenant
from quarterdeck.settings.definition import (
    Config,
    Dataset,
    HeadKeys,
    Portfolio,
    PortfolioHead,
    Report,
    Tenant,
)
from quarterdeck.settings.yaml_files import YamlFile, as_model, load, shown_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from quarterdeck.settings.places import Places
    from quarterdeck.settings.yaml_files import Loc

AnyModel = TypeVar("AnyModel", bound=BaseModel)


@dataclass
class _Reader:
    """Reads many files and keeps going: mistakes are collected, what could not be read is left out."""

    environ: Mapping[str, str]
    mistakes: list[Mistake] = field(default_factory=list)

    def read(
        self, path: Path, model: type[AnyModel], extra: Mapping[str, Any]
    ) -> tuple[AnyModel, YamlFile] | None:
        try:
            file = load(path)
            if model in {Portfolio, Tenant}:
                file = self._resolved(file)
            return as_model(file, model, extra=extra), file
        except ConfigError as error:
            self.mistakes.extend(error.mistakes)
            return None

    def folder(self, folder: Path, model: type[AnyModel]) -> dict[str, tuple[AnyModel, YamlFile]]:
        """Every YAML of a folder, by id: the file's name."""
        for path in sorted(folder.glob("*.yml")):
            self.mistakes.append(
                Mistake(shown_name(path), 1, "expected the ending .yaml, found .yml: rename it")
            )
        read = {
            path.stem: self.read(path, model, {"id": path.stem}) for path in sorted(folder.glob("*.yaml"))
        }
        return {name: found for name, found in read.items() if found is not None}

    def _resolved(self, file: YamlFile) -> YamlFile:
        """The file with every ``{env: NAME}`` replaced by that variable's value."""
        wrong: list[Mistake] = []

        def resolve(value: Any, loc: Loc) -> Any:
            if isinstance(value, dict):
                if set(value) == {"env"} and isinstance(value["env"], str):
                    return self._variable(value["env"], file, loc, wrong)
                return {key: resolve(inner, (*loc, key)) for key, inner in value.items()}
            if isinstance(value, list):
                return [resolve(inner, (*loc, index)) for index, inner in enumerate(value)]
            return value

        data = resolve(file.data, ())
        if wrong:
            raise ConfigError(wrong)
        return YamlFile(file.name, data, file.lines)

    def _variable(self, name: str, file: YamlFile, loc: Loc, wrong: list[Mistake]) -> str:
        value = self.environ.get(name, "")
        if not value:
            wrong.append(file.mistake(loc, f"expected the environment variable {name}, found none: set it"))
        return value


@dataclass(frozen=True)
class _Shared:
    """What all portfolios of a place share."""

    datasets: dict[str, Dataset]
    reports: dict[str, Report]
    broken_reports: frozenset[str]


def _read_shared(reader: _Reader, include: Path) -> _Shared:
    datasets = reader.folder(include / "datasets", Dataset)
    reports = reader.folder(include / "reports", Report)
    for dataset, file in datasets.values():
        reader.mistakes.extend(check_dataset(dataset, file))
    for report, file in reports.values():
        reader.mistakes.extend(check_report(report, file, include))
    written = {path.stem for path in (include / "reports").glob("*.yaml")}
    return _Shared(
        datasets={name: dataset for name, (dataset, _) in datasets.items()},
        reports={name: report for name, (report, _) in reports.items()},
        broken_reports=frozenset(written - reports.keys()),
    )


def _read_portfolio(reader: _Reader, folder: Path, shared: _Shared) -> Portfolio | None:
    tenants = reader.folder(folder / "tenants", Tenant)
    written = {path.stem for path in (folder / "tenants").glob("*.yaml")}
    if not written:
        reader.mistakes.append(
            Mistake(
                shown_name(folder / "portfolio.yaml"), 1, "expected a file tenants/TENANT.yaml, found none"
            )
        )
    for tenant, file in tenants.values():
        reader.mistakes.extend(check_tenant(tenant, file, shared.datasets))
    extra = {"id": folder.name, "tenants": tuple(tenant for tenant, _ in tenants.values())}
    if (found := reader.read(folder / "portfolio.yaml", Portfolio, extra)) is None:
        return None
    portfolio, file = found
    reports = shared.reports.keys() | shared.broken_reports
    reader.mistakes.extend(check_portfolio(portfolio, file, reports=reports, tenants=written))
    return portfolio


def read_config(portfolio_id: str, places: Places, environ: Mapping[str, str] | None = None) -> Config:
    """Everything that a run of the portfolio needs, resolved.

    ``environ`` stands for the process's environment, of which only what ``{env: NAME}`` names is read.
    Raises ConfigError with every mistake of every file, RequestError for an unknown portfolio.
    """
    folder = places.portfolio_folder(portfolio_id)
    reader = _Reader(os.environ if environ is None else environ)
    shared = _read_shared(reader, places.include)
    portfolio = _read_portfolio(reader, folder, shared)
    if reader.mistakes or portfolio is None:
        raise ConfigError(reader.mistakes)
    reports = {report: shared.reports[report] for report in portfolio.reports}
    return Config(portfolio=portfolio, datasets=shared.datasets, reports=reports)


def config_mistakes(places: Places, environ: Mapping[str, str] | None = None) -> list[Mistake]:
    """Every mistake in datasets, reports and portfolios, in order of file and line."""
    reader = _Reader(os.environ if environ is None else environ)
    shared = _read_shared(reader, places.include)
    portfolios = [
        (portfolio, shown_name(folder / "portfolio.yaml"))
        for folder in places.portfolio_folders().values()
        if (portfolio := _read_portfolio(reader, folder, shared)) is not None
    ]
    reader.mistakes.extend(_split_budgets(portfolios))
    reader.mistakes.extend(_hidden_portfolios(places))
    return sorted(set(reader.mistakes))


def _split_budgets(portfolios: list[tuple[Portfolio, str]]) -> Iterator[Mistake]:
    """Portfolios that send through one account and Region, each with a sending budget of its own."""
    first: dict[tuple[str, str], tuple[str, str]] = {}
    for portfolio, file in portfolios:
        storage, aws = portfolio.storage, portfolio.aws
        table = storage.budget_table or storage.ledger_table
        known, other = first.setdefault((aws.connection, aws.region), (table, portfolio.id))
        if known != table:
            yield Mistake(
                file,
                1,
                f"expected the sending budget of {other}, which sends through the same aws.connection and "
                f"region, found one of its own: set storage.budget_table to {known}",
            )


def _hidden_portfolios(places: Places) -> Iterator[Mistake]:
    """Portfolios that can't be reached: two of one name."""
    chosen = set(places.portfolio_folders().values())
    for parent in places.portfolios:
        for file in sorted(parent.glob("*/portfolio.yaml")):
            if file.parent not in chosen:
                yield Mistake(
                    shown_name(file),
                    1,
                    f"expected one portfolio {file.parent.name}, found two: rename one folder",
                )


def list_portfolios(places: Places) -> tuple[PortfolioHead, ...]:
    """The heads of all portfolios, in order of id. Light, and never raises: a broken one says so itself."""
    try:
        folders = places.portfolio_folders()
    except OSError:
        return ()
    return tuple(read_head(portfolio_id, folder) for portfolio_id, folder in folders.items())


def read_head(portfolio_id: str, folder: Path) -> PortfolioHead:
    """The head of the portfolio in that folder; never raises."""
    unread: dict[str, Any] = {
        "id": portfolio_id,
        "title": portfolio_id,
        "owner": "unknown",
        "timezone": "UTC",
    }
    try:
        file = load(folder / "portfolio.yaml")
        data = file.data if isinstance(file.data, dict) else {}
    except ConfigError as error:
        return PortfolioHead.model_construct(**unread, error=str(error))
    known = {name: data[name] for name in HeadKeys.model_fields if name in data}
    try:
        as_model(YamlFile(file.name, known, file.lines), HeadKeys)
        return PortfolioHead(id=portfolio_id, **known)
    except (ConfigError, ValidationError) as error:
        return PortfolioHead.model_construct(**{**unread, **_right_ones(known)}, error=str(error))


def _right_ones(known: dict[str, Any]) -> dict[str, Any]:
    """The values that are as declared, each for itself."""
    try:
        HeadKeys(**known)
    except ValidationError as error:
        wrong = {detail["loc"][0] for detail in error.errors()}
        return {name: value for name, value in known.items() if name not in wrong}
    return known
