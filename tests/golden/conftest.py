"""The demo world in an AWS account of its own, with the stand-ins before it, measured by the product."""

from __future__ import annotations

import threading
import time
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from quarterdeck.demo import account_standin, ses_standin
from quarterdeck.demo.ports import LOOPBACK, Ports
from quarterdeck.demo.provision import tell_account
from quarterdeck.demo.world import place, world
from quarterdeck.demo.world.cloud import place_account, told
from quarterdeck.demo.world.repositories import FOLDER, place_repositories
from quarterdeck.metrics.figures import measure, measure_reporting
from quarterdeck.metrics.scope import open_scope
from quarterdeck.metrics.tables import tabulate
from quarterdeck.reports.envelope import Envelope
from quarterdeck.reports.render import Rendered, render
from quarterdeck.settings.places import Places
from quarterdeck.steps import concluding, trending
from quarterdeck.steps.compose import payload_of
from quarterdeck.steps.measuring import open_day
from quarterdeck.steps.resources import Resources
from quarterdeck.steps.snapshot import take_snapshots
from quarterdeck.steps.survey import take_survey
from quarterdeck.steps.surveyed import surveys_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.applications import Starlette

    from quarterdeck.lake.definition import TenantSnapshots
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Figure
    from quarterdeck.metrics.scope import Scope
    from quarterdeck.settings.definition import Aws, Report
    from quarterdeck.steps.resources import Day

INCLUDE = Path(__file__).parents[2] / "include"
ANCHORS = (
    date(2026, 3, 15),
    date(2026, 3, 31),  # a month's end
    date(2026, 9, 1),  # and a beginning, after the season in which least is burnt
    date(2028, 2, 29),
    date(2026, 3, 8),  # the clocks go forward
    date(2025, 11, 2),  # and back
)
REPORTED = ANCHORS[1]  # the day of which all reports are composed
REGION = "us-west-2"
# The emulator keeps accounts apart by keys of twelve digits: in this one are the demo's things alone.
KEYS = {"aws_access_key_id": "240000000001", "aws_secret_access_key": "test"}
INSPECTOR = "harbor_inspector_aws"
TABLES = (
    "agency_listings",
    "audience_by_reason",
    "campaign_results",
    "channel_matrix",
    "cloud_cost_by_service",
    "cloud_savings",
    "code_languages",
    "delivery_shortfalls",
    "local_search",
    "security_gaps_list",
)
Figures = dict[tuple[str | None, str], Any]

TO_A_READER = Envelope(
    "scheduled",
    baseline="2026-03-30",
    changes=(
        {"what": "finding", "id": "x", "title": "A finding", "tenant": None, "then": None, "now": "open"},
    ),
    previous_late=True,
)


class Office:
    """The product over the sources in the emulator, at six in the evening of a settable day.

    ``tables``: those in ``TABLES``, of the day that was measured last. ``seen``: by day what it was measured
    from, and all of its figures.
    """

    def __init__(self, endpoints: dict[str, str], home: Path) -> None:
        self._endpoints = endpoints
        self._clients: dict[tuple[str, str, str], Any] = {}
        self.home = home
        self.today = ANCHORS[0] + timedelta(days=1)
        self.tables: dict[str, list[dict[str, Any]]] = {}
        self.seen: dict[date, tuple[Day, dict[str, TenantSnapshots], list[Figure]]] = {}
        places = Places(include=INCLUDE, portfolios=(INCLUDE / "portfolios",), home=home)
        self.resources = Resources(places, self._connect, clock=self._now)
        self._day = open_day(self.resources, "harbor", ANCHORS[0].isoformat())
        self._catalogue = self.resources.catalogue()

    def _now(self) -> datetime:
        return datetime.combine(self.today, time_of_day(18), tzinfo=UTC)

    def _connect(self, aws: Aws, service: str) -> Any:
        return self._client(service, aws.region, "account" if aws.connection == INSPECTOR else "emulator")

    def _client(self, service: str, region: str, where: str) -> Any:
        where = "ses" if service == "sesv2" else where
        if (service, region, where) not in self._clients:
            self._clients[service, region, where] = boto3.client(
                service, region_name=region, endpoint_url=self._endpoints[where], **KEYS
            )
        return self._clients[service, region, where]

    def client(self, service: str) -> Any:
        return self._client(service, REGION, "emulator")

    def place(self, anchor: date, seed: int) -> None:
        place(world(anchor, seed=seed), self.client)
        place_account(self.client)
        place_repositories(anchor, self.home / FOLDER)
        tell_account(told(anchor), Ports(account=int(self._endpoints["account"].rpartition(":")[2])))
        self.today = anchor + timedelta(days=1)

    def figures(self, as_of: date) -> Figures:
        day = replace(self._day, run=replace(self._day.run, as_of=as_of.isoformat()))
        snapshots = taken(day)
        found, self.tables = measured(day, snapshots, self._catalogue)
        self.seen[as_of] = (day, snapshots, found)
        return {(figure.tenant, figure.metric): figure for figure in found}

    def payloads(self) -> dict[str, dict[str, Any]]:
        """The payloads of all reports of the day REPORTED, by report."""
        if REPORTED not in self.seen:
            self.place(REPORTED, ANCHORS.index(REPORTED) + 1)
            self.figures(REPORTED)
        self.today = REPORTED + timedelta(days=1)
        where = {"LocationConstraint": REGION}
        self.client("s3").create_bucket(Bucket="harbor-archive", CreateBucketConfiguration=where)
        day, snapshots, found = self.seen[REPORTED]
        return {
            report: payload(day, day.config.reports[report], snapshots, found)
            for report in day.config.portfolio.reports
        }


def payload(
    day: Day, report: Report, snapshots: dict[str, TenantSnapshots], found: list[Figure]
) -> dict[str, Any]:
    """As ``compose`` makes it of a first edition."""
    said = [tenant.id for tenant in day.config.scope(report)]
    figures = [figure for figure in found if figure.tenant in said]
    done = concluding.conclude_scope(day, report, {t: snapshots[t] for t in said}, figures, None)
    return payload_of(day, report, done | {"said": said, "left_out": {}, "restatements": []})


def taken(day: Day) -> dict[str, TenantSnapshots]:
    portfolio = day.config.portfolio
    for name in portfolio.surveys:
        take_survey(day, name, refresh=False)
    snapshots = {}
    for tenant in portfolio.tenants:
        counts = take_snapshots(day, tenant, refresh=False)
        assert (counts["rows_quarantined"], counts["broken_files"]) == (0, 0), tenant.id
        for dataset in tenant.datasets:
            checks = day.snapshots.checks(day.run.as_of, tenant.id, dataset)
            expected = "fail" if dataset in counts["missing"] else "pass"
            assert {check["outcome"] for check in checks} == {expected}, (tenant.id, dataset)
        own = day.snapshots.of_tenant(day.run.as_of, tenant.id, tenant.datasets)
        snapshots[tenant.id] = replace(own, surveys=surveys_of(day, tenant.id))
    return snapshots


def measured(
    day: Day, snapshots: dict[str, TenantSnapshots], catalogue: Catalogue
) -> tuple[list[Figure], dict[str, list[dict[str, Any]]]]:
    with open_scope(
        snapshots,
        path_of=day.lake.local_path,
        config=day.config,
        tenants=list(snapshots),
        as_of=day.as_of,
        catalogue=catalogue,
    ) as scope:
        found = [*measure(scope, catalogue, grain="tenant"), *measure(scope, catalogue, grain="scope")]
        found += measure_reporting(scope, catalogue, found)
        tables = {name: _rows(scope, catalogue, name) for name in TABLES}
    return found, tables


def _rows(scope: Scope, catalogue: Catalogue, name: str) -> list[dict[str, Any]]:
    result = tabulate(scope, catalogue.tables[name])
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


class Served:
    """A stand-in on loopback, in a thread of this process."""

    def __init__(self, app: Starlette) -> None:
        self._server = ses_standin.make_server(app, 0)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            assert time.monotonic() < deadline, "the stand-in did not start"
            time.sleep(0.02)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://{LOOPBACK}:{port}"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(5)


@pytest.fixture(scope="session")
def office(aws_endpoint, tmp_path_factory) -> Iterator[Office]:
    home = tmp_path_factory.mktemp("home")
    identities = ses_standin.State(home / "ses")
    identities.set_identity("queenofsandiego.example", {})
    account = Served(account_standin.make_app(aws_endpoint))
    ses = Served(ses_standin.make_app(identities, aws_endpoint))
    yield Office({"emulator": aws_endpoint, "account": account.url, "ses": ses.url}, home)
    account.stop()
    ses.stop()


@pytest.fixture(scope="session", params=enumerate(ANCHORS, start=1), ids=[str(anchor) for anchor in ANCHORS])
def measured_day(request, office) -> tuple[date, Figures, dict[str, list[dict[str, Any]]]]:
    seed, anchor = request.param
    office.place(anchor, seed)
    return anchor, office.figures(anchor), office.tables


@pytest.fixture
def anchored(measured_day) -> tuple[date, Figures]:
    return measured_day[:2]


@pytest.fixture
def figures(measured_day) -> Figures:
    return measured_day[1]


@pytest.fixture
def tables(measured_day) -> dict[str, list[dict[str, Any]]]:
    return measured_day[2]


@pytest.fixture(scope="session")
def payloads(office) -> dict[str, dict[str, Any]]:
    """All reports of a day; with trends as long as real ones, which are not measured: that takes minutes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(concluding, "histories_of", level_trends)
        patch.setattr(concluding, "movements_of", lambda *_: [])
        return office.payloads()


def level_trends(
    day: Day, report: Report, scope: Scope, catalogue: Catalogue, figures: list[Figure]
) -> list[dict[str, Any]]:
    wanted = set(trending.subjects_of(report, scope, catalogue))
    return [
        {
            "metric": figure.metric,
            "tenant": figure.tenant,
            "currency": figure.currency,
            "span": "as_of",
            "adds_up": False,
            "trend": [{"period": day.run.as_of[:7], "value": figure.value}] * 13,
            "same_period": None,
            "target": None,
        }
        for figure in figures
        if (figure.metric, figure.tenant) in wanted and figure.missing is None
    ]


@pytest.fixture(scope="session")
def later(payloads) -> dict[str, Rendered]:
    """What readers get of an edition that follows another: wider than a first one."""
    rendered = {}
    for report, first in payloads.items():
        second = deepcopy(first)
        second["edition"]["previous"] = {"as_of": "2026-03-30", "payload_hash": "0" * 64}
        for line in second["kpis"]:
            line["previous"] = line.get("value")
        rendered[report] = render(
            second, templates=INCLUDE / "templates", locale="en_US", envelope=TO_A_READER
        )
    return rendered
