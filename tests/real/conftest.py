"""Two portfolios of real data, each run once: they are read where they lie, beside the checkout."""

from __future__ import annotations

import csv
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import duckdb
import pytest

from quarterdeck.lake.documents import from_bytes
from quarterdeck.metrics.catalogue import read_catalogue
from quarterdeck.metrics.definition import Query
from quarterdeck.metrics.figures import measure as measure_scope
from quarterdeck.metrics.scope import open_scope
from quarterdeck.metrics.tables import tabulate
from quarterdeck.settings.places import Places
from quarterdeck.steps.close import close
from quarterdeck.steps.compose import compose
from quarterdeck.steps.conclude import conclude
from quarterdeck.steps.measure import measure
from quarterdeck.steps.plan import PlanRequest, plan
from quarterdeck.steps.resources import Day, Resources, RunRef
from quarterdeck.steps.snapshot import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from quarterdeck.lake.definition import Manifest
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Figure
    from quarterdeck.metrics.scope import Scope

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
DATA = CHECKOUT.parent / "shared" / "data"
NOW = datetime(2026, 4, 1, 6, tzinfo=UTC)


@dataclass(frozen=True)
class CatalogueOnce(Resources):
    """Every step reads the catalogue anew; the tests' definitions don't change between two of them."""

    read: Catalogue | None = None

    def catalogue(self) -> Catalogue:
        assert self.read is not None
        return self.read


@dataclass(frozen=True)
class RealDay:
    """A portfolio's day, run through its steps. ``reports``: what ``compose`` said of each."""

    resources: Resources
    run: RunRef
    reports: dict[str, dict[str, Any]]
    closed: dict[str, Any]

    @property
    def day(self) -> Day:
        return self.resources.open(self.run)

    def manifest(self, tenant: str, dataset: str) -> Manifest:
        found = self.day.snapshots.latest(self.run.as_of, tenant, dataset)
        assert found is not None
        return found

    def file(self, report: str, name: str) -> bytes:
        archive = self.day.archive
        edition = archive.edition(self.run.as_of, report)
        assert edition is not None
        return archive.read(edition, name)

    def payload(self, report: str) -> dict[str, Any]:
        found: dict[str, Any] = from_bytes(self.file(report, "payload.json"))
        return found

    @contextmanager
    def scope(self) -> Iterator[Opened]:
        day = self.day
        tenants = [tenant.id for tenant in day.config.portfolio.tenants]
        snapshots = {
            t: day.snapshots.of_tenant(self.run.as_of, t, day.config.portfolio.tenant(t).datasets)
            for t in tenants
        }
        catalogue = self.resources.catalogue()
        with open_scope(
            snapshots,
            path_of=day.lake.local_path,
            config=day.config,
            tenants=tenants,
            as_of=day.as_of,
            catalogue=catalogue,
        ) as scope:
            yield Opened(scope, catalogue)


@dataclass(frozen=True)
class Opened:
    """A scope over all tenants of a portfolio."""

    scope: Scope
    catalogue: Catalogue

    def figures(self, *metrics: str, at: date | None = None) -> dict[tuple[str, str], Figure]:
        """Figures by tenant and metric, as of the day or an earlier one."""
        scope = self.scope if at is None else self.scope.at(at)
        found = measure_scope(scope, self.catalogue, grain="tenant", only=metrics)
        return {(str(figure.tenant), figure.metric): figure for figure in found}

    def table(self, name: str, at: date | None = None) -> list[dict[str, Any]]:
        result = tabulate(self.scope if at is None else self.scope.at(at), self.catalogue.tables[name])
        assert result.missing is None, result.because
        return [dict(zip(result.columns, row, strict=True)) for row in result.rows]

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of SQL of the test's own, over the same datasets and views as a metric's."""
        views = self.catalogue.views
        named = set(re.findall(r"\w+", sql)) & views.keys()
        behind = named.union(*(views[name].query.views for name in named))
        query = Query(sql, "a test's own", views=tuple(name for name in views if name in behind))
        return list(self.scope.ask(query, self.scope.tenants).rows)


@pytest.fixture(scope="session")
def data() -> Path:
    if not DATA.is_dir():
        pytest.skip("left out: the folder of real data, ../shared/data, isn't beside this checkout")
    return DATA


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return read_catalogue(CHECKOUT / "include")


@pytest.fixture(scope="session")
def run_day(
    data: Path, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., RealDay]:
    """Runs a portfolio of ``tests/real`` for a day: plan, snapshot, measure, conclude, compose, close."""
    places = Places(CHECKOUT / "include", (HERE / "portfolios",), tmp_path_factory.mktemp("home"))

    def run_it(portfolio: str, as_of: str, connect: Callable[..., Any]) -> RealDay:
        resources = CatalogueOnce(places, connect, clock=lambda: NOW, read=catalogue)
        params = {"as_of": as_of, "mode": "archive"}
        planned = plan(PlanRequest(portfolio, "real", "manual", None, NOW, params), resources)
        run = RunRef.from_json(planned["run"])
        for tenant in planned["tenants"]:
            snapshot(run, tenant, resources)
            measure(run, tenant, resources)
        conclude(run, resources)
        reports = {report: compose(run, report, resources) for report in planned["reports"]}
        return RealDay(resources, run, reports, close(run, resources))

    return run_it


@pytest.fixture(scope="session")
def hotels(data: Path, aws: dict[str, str], run_day: Callable[..., RealDay]) -> RealDay:
    """The hotels on the last day of arrivals; their archive is in the emulator's S3, as their YAML says."""
    boto3.client("s3", **aws).create_bucket(Bucket="iberia-hotels-archive")
    return run_day("iberia-hotels", "2017-08-31", lambda _, service: boto3.client(service, **aws))


@pytest.fixture(scope="session")
def books(data: Path, run_day: Callable[..., RealDay], tmp_path_factory: pytest.TempPathFactory) -> RealDay:
    """Both sets of books at the end of 2017, the day after the last posting of the year."""

    def no_aws(_aws: object, service: str) -> None:
        raise AssertionError(f"a portfolio of local files asked for {service}")

    postings = tmp_path_factory.mktemp("drewr") / "postings.csv"
    with postings.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["entry", "line", "day", "payee", "account", "amount"])
        writer.writerows(postings_of((data / "ledger_manual_drewr" / "drewr3.dat").read_text()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DREWR_POSTINGS", str(postings))
        return run_day("open-books", "2017-12-31", no_aws)


_HEAD = re.compile(r"(\d{4})/(\d{2})/(\d{2})\S*\s+(?:\*\s+)?(.+)")
_POSTING = re.compile(r"\s+([^\s;].*?)(?:\s{2,}\$?\s*([-\d.,]+))?\s*(?:;.*)?")


def postings_of(journal: str) -> Iterator[tuple[int, int, str, str, str, Decimal]]:
    """Entry, line, day, payee, account and amount of each posting of a journal in Ledger's format.

    An amount that is left out balances its entry. A posting of an automated transaction (``= /REGEX/``) is
    added to every entry with an account that the expression finds, so many times that amount; in brackets,
    it has no other side, and the entry no longer balances.
    """
    automated: list[tuple[re.Pattern[str], str, Decimal]] = []
    entry = 0
    for block in re.split(r"\n(?=\S)", journal):
        head, *lines = block.split("\n")
        found = [match for line in lines if (match := _POSTING.fullmatch(line))]
        postings = [
            (m[1].strip("()"), None if m[2] is None else Decimal(m[2].replace(",", ""))) for m in found
        ]
        if head.startswith("="):
            pattern = re.compile(head.strip("= /"))
            automated += [(pattern, account, times) for account, times in postings if times is not None]
        if (match := _HEAD.fullmatch(head)) is None:
            continue
        entry += 1
        rest = -sum((amount for _, amount in postings if amount is not None), Decimal())
        whole = [(account, rest if amount is None else amount) for account, amount in postings]
        whole += [
            (to, times * a) for account, a in whole for rule, to, times in automated if rule.search(account)
        ]
        for line, (account, amount) in enumerate(whole, 1):
            yield entry, line, f"{match[1]}-{match[2]}-{match[3]}", match[4], account, amount


@pytest.fixture(scope="session")
def raw(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file of bookings itself, as the view ``raw``: what the snapshots are compared with."""
    with duckdb.connect(":memory:") as connection:
        path = data / "hotel_bookings" / "hotel_bookings.parquet"
        connection.execute(
            "create view raw as select * exclude file_row_number, file_row_number + 1 as row, "
            "stays_in_weekend_nights + stays_in_week_nights as nights "
            f"from read_parquet('{path}', file_row_number = true)"
        )
        yield connection
