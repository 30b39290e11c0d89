"""The demo's account: its bill, what its stand-in answers to boto3, and the repositories."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import boto3
import pygit2
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from quarterdeck.demo.account_standin import make_app
from quarterdeck.demo.cost_answers import Bill, BillLine, CostError, cost_and_usage, cost_forecast
from quarterdeck.demo.ports import ACCOUNT_CONTROL, LOOPBACK
from quarterdeck.demo.ses_standin import make_server
from quarterdeck.demo.world.cloud import MEDIA_BUCKET, SITE_TABLE, told
from quarterdeck.demo.world.costs import AWS_BILL, bill_of
from quarterdeck.demo.world.repositories import NAMES, place_repositories
from quarterdeck.settings.surveys import Repository
from quarterdeck.sources.git import open_repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANCHOR = date(2026, 3, 15)
BY_SERVICE = [{"Type": "DIMENSION", "Key": "SERVICE"}]
LOGS = "/aws/lambda/queenofsandiego-enquiry-form"


def asked(start: str, end: str, **more: Any) -> dict[str, Any]:
    usual = {"Granularity": "MONTHLY", "Metrics": ["UnblendedCost"], "GroupBy": BY_SERVICE}
    return {"TimePeriod": {"Start": start, "End": end}, **usual, **more}


# --- the bill ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("anchor", [ANCHOR, date(2026, 3, 31), date(2026, 9, 1), date(2028, 2, 29)])
def test_every_full_month_costs_what_the_books_paid(anchor: date) -> None:
    bill = bill_of(anchor)
    months: dict[date, Decimal] = {}
    for line in bill.lines:
        months[line.month] = months.get(line.month, Decimal()) + line.amount
    full = {month: cost for month, cost in months.items() if month < bill.open_from}
    assert len(full) == 26
    assert full == {month: Decimal(AWS_BILL[month.month - 1]) / 100 for month in full}
    assert all(line.amount > 0 for line in bill.lines)


def test_the_running_month_holds_its_days_so_far_and_is_none_at_a_months_end() -> None:
    running = sum(line.amount for line in bill_of(ANCHOR).lines if line.month == date(2026, 3, 1))
    assert abs(running - Decimal("55.40") * 15 / 31) < Decimal("0.000001")
    assert max(line.month for line in bill_of(date(2026, 3, 31)).lines) == date(2026, 3, 1)


def test_a_bill_survives_its_way_over_the_wire() -> None:
    bill = bill_of(ANCHOR)
    assert Bill.from_json(json.loads(json.dumps(bill.as_json()))) == bill


# --- Cost Explorer's answers -------------------------------------------------------------------------

SMALL = Bill(
    (
        BillLine(date(2026, 1, 1), "S3", "a", Decimal("10.50")),
        BillLine(date(2026, 1, 1), "S3", "b", Decimal("39.50")),
        BillLine(date(2026, 2, 1), "Lambda", "c", Decimal("7")),
    ),
    open_from=date(2026, 2, 1),
)


def test_months_are_grouped_cut_to_the_period_and_estimated_where_they_are_open() -> None:
    january, february = cost_and_usage(asked("2026-01-01", "2026-02-15"), SMALL)["ResultsByTime"]
    assert january["TimePeriod"] == {"Start": "2026-01-01", "End": "2026-02-01"}
    cost = {"UnblendedCost": {"Amount": "50", "Unit": "USD"}}
    assert (january["Groups"], january["Estimated"]) == ([{"Keys": ["S3"], "Metrics": cost}], False)
    assert february["TimePeriod"]["End"] == "2026-02-15"
    assert february["Estimated"]


def test_without_groups_there_is_a_total() -> None:
    (january,) = cost_and_usage(asked("2026-01-01", "2026-02-01", GroupBy=[]), SMALL)["ResultsByTime"]
    assert (january["Groups"], january["Total"]["UnblendedCost"]["Amount"]) == ([], "50")


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (asked("2026-02-01", "2026-02-01"), "before end date"),
        (asked("february", "2026-03-01"), "days such as"),
        (asked("2026-01-01", "2026-02-01", Granularity="DAILY"), "MONTHLY only"),
        (asked("2026-01-01", "2026-02-01", GroupBy=[{"Type": "DIMENSION", "Key": "REGION"}]), "grouped by"),
        (asked("2026-01-01", "2026-02-01", GroupBy=[{"Type": "TAG", "Key": "owner"}]), "grouped by"),
    ],
)
def test_what_the_bill_cannot_tell_is_refused(request_: dict[str, Any], says: str) -> None:
    with pytest.raises(CostError, match=says) as refused:
        cost_and_usage(request_, SMALL)
    assert refused.value.code == "ValidationException"


def test_a_forecast_is_what_the_month_cost_the_last_time() -> None:
    wanted = {"TimePeriod": {"Start": "2026-03-16", "End": "2026-05-01"}, "Metric": "UNBLENDED_COST",
              "Granularity": "MONTHLY"}  # fmt: skip
    rest, april = cost_forecast(wanted, bill_of(ANCHOR))["ForecastResultsByTime"]
    assert Decimal(april["MeanValue"]) == Decimal("58.80")
    assert Decimal(april["PredictionIntervalLowerBound"]) == Decimal("52.92")
    assert abs(Decimal(rest["MeanValue"]) - Decimal("55.40") * 16 / 31) < Decimal("0.000001")
    with pytest.raises(CostError, match="too little history"):
        cost_forecast(wanted, SMALL)


# --- the stand-in before an emulator -----------------------------------------------------------------

VERSIONS = b"""<?xml version="1.0"?><ListVersionsResult>
<Version><Key>a</Key><VersionId>3</VersionId><IsLatest>true</IsLatest><Size>6</Size></Version>
<Version><Key>a</Key><VersionId>2</VersionId><IsLatest>false</IsLatest><Size>6</Size></Version>
<Version><Key>a</Key><VersionId>1</VersionId><IsLatest>false</IsLatest><Size>6</Size></Version>
<IsTruncated>false</IsTruncated></ListVersionsResult>"""


class Emulator(BaseHTTPRequestHandler):
    """Answers a few calls as an emulator does, and notes what reached it."""

    reached: list[tuple[str, str, bytes]]

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        type(self).reached.append((self.command, self.path, body))
        target = self.headers.get("X-Amz-Target", "")
        status, content = 200, b""
        if target.endswith("DescribeLogGroups"):
            groups = [{"logGroupName": LOGS, "storedBytes": 1}, {"logGroupName": "/other", "storedBytes": 2}]
            content = json.dumps({"logGroups": groups}).encode()
        elif target.endswith("GetMetricData"):
            ids = [query["Id"] for query in json.loads(body)["MetricDataQueries"]]
            results = [{"Id": one, "Timestamps": [], "Values": [], "StatusCode": "Complete"} for one in ids]
            content = json.dumps({"MetricDataResults": results}).encode()
        elif "versions" in self.path:
            content = VERSIONS
        elif self.command == "HEAD":
            content = b"12345678"
        elif "gone" in self.path:
            status, content = 404, b"<Error><Code>NoSuchKey</Code><Message>no</Message></Error>"
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_HEAD = _answer

    def log_message(self, *_: Any) -> None:
        """Nothing on the test's output."""


class Standin:
    def __init__(self, url: str, reached: list[tuple[str, str, bytes]]) -> None:
        self.url, self.reached = url, reached

    def client(self, service: str) -> Any:
        return boto3.client(
            service, endpoint_url=self.url, region_name="us-west-2", aws_access_key_id="a",
            aws_secret_access_key="b", config=Config(retries={"total_max_attempts": 1}),
        )  # fmt: skip

    def tell(self) -> None:
        body = json.dumps(told(ANCHOR)).encode()
        urlopen(Request(self.url + ACCOUNT_CONTROL, body, method="PUT"), timeout=5).close()


@pytest.fixture
def standin() -> Iterator[Standin]:
    handler = type("Noting", (Emulator,), {"reached": []})
    behind = HTTPServer((LOOPBACK, 0), handler)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    server = make_server(make_app(f"http://{LOOPBACK}:{behind.server_port}"), 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Standin(f"http://{LOOPBACK}:{port}", handler.reached)
    server.should_exit = True
    thread.join(5)
    behind.shutdown()
    behind.server_close()


def test_cost_explorer_is_answered_here_and_never_reaches_the_emulator(standin) -> None:
    costs = standin.client("ce")
    with pytest.raises(ClientError, match="DataUnavailableException"):  # before it was told anything
        costs.get_cost_and_usage(**asked("2026-02-01", "2026-03-01"))
    standin.tell()
    (month,) = costs.get_cost_and_usage(**asked("2026-02-01", "2026-03-01"))["ResultsByTime"]
    amounts = [Decimal(group["Metrics"]["UnblendedCost"]["Amount"]) for group in month["Groups"]]
    assert sum(amounts) == Decimal("52.10")
    with pytest.raises(ClientError, match="UnknownOperationException"):
        costs.get_cost_categories(TimePeriod={"Start": "2026-02-01", "End": "2026-03-01"})
    assert standin.reached == []


def test_old_versions_have_the_told_sizes_and_the_latest_its_own(standin) -> None:
    standin.tell()
    s3 = standin.client("s3")
    versions = s3.list_object_versions(Bucket=MEDIA_BUCKET)["Versions"]
    assert [version["Size"] for version in versions] == [6, 100 * 2**30, 100 * 2**30]
    assert [version["Size"] for version in s3.list_object_versions(Bucket="other")["Versions"]] == [6, 6, 6]


def test_a_log_group_has_the_told_size_and_others_their_own(standin) -> None:
    standin.tell()
    groups = standin.client("logs").describe_log_groups()["logGroups"]
    assert [group["storedBytes"] for group in groups] == [60 * 2**30, 2]


def test_thirty_days_of_use_add_up_whatever_the_window(standin) -> None:
    standin.tell()
    until = datetime(2026, 3, 16, 18, tzinfo=UTC)
    queries = [
        {
            "Id": name,
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/DynamoDB", "MetricName": f"Consumed{kind}CapacityUnits",
                    "Dimensions": [{"Name": "TableName", "Value": table}],
                },
                "Period": 86_400, "Stat": "Sum",
            },
        }
        for name, table, kind in (("w", SITE_TABLE, "Write"), ("r", SITE_TABLE, "Read"), ("o", "o", "Read"))
    ]  # fmt: skip
    for days, share in ((30, 1), (15, 2)):
        answer = standin.client("cloudwatch").get_metric_data(
            MetricDataQueries=queries, StartTime=until - timedelta(days=days), EndTime=until
        )
        sums = {result["Id"]: sum(result["Values"]) for result in answer["MetricDataResults"]}
        assert sums == {"w": 360_000 / share, "r": 80_000 / share, "o": 0}
        assert len(answer["MetricDataResults"][0]["Timestamps"]) == days


def test_everything_else_is_passed_on_as_it_is(standin) -> None:
    s3 = standin.client("s3")
    assert s3.head_object(Bucket="b", Key="k")["ContentLength"] == 8
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket="b", Key="gone away")
    s3.put_object(Bucket="b", Key="new", Body=b"bytes")
    methods = [(method, path.partition("?")[0]) for method, path, _ in standin.reached]
    assert methods == [("HEAD", "/b/k"), ("GET", "/b/gone%20away"), ("PUT", "/b/new")]
    assert b"bytes" in standin.reached[2][2]


# --- the repositories --------------------------------------------------------------------------------


def heads(folder: Path) -> dict[str, str]:
    return {name: str(pygit2.Repository(str(folder / name)).head.target) for name in NAMES}


def test_the_same_day_gives_the_same_commits_and_another_day_others(tmp_path) -> None:
    assert place_repositories(ANCHOR, tmp_path / "a")
    assert place_repositories(ANCHOR, tmp_path / "b")
    assert heads(tmp_path / "a") == heads(tmp_path / "b")
    assert not place_repositories(ANCHOR, tmp_path / "a")
    before = heads(tmp_path / "a")
    assert place_repositories(ANCHOR + timedelta(days=1), tmp_path / "a")
    after = heads(tmp_path / "a")
    assert all(before[name] != after[name] for name in NAMES)


def test_work_tree_and_index_are_those_of_the_last_commit(tmp_path) -> None:
    place_repositories(ANCHOR, tmp_path)
    for name in NAMES:
        repository = pygit2.Repository(str(tmp_path / name))
        assert repository.status() == {}
        newest = max(commit.commit_time for commit in repository.walk(repository.head.target))
        assert datetime.fromtimestamp(newest, UTC).date() < ANCHOR


def test_a_path_with_file_before_it_lies_below_the_home_and_any_other_below_the_portfolio(tmp_path) -> None:
    place_repositories(ANCHOR, tmp_path / "home" / "repositories")
    place_repositories(ANCHOR - timedelta(days=1), tmp_path / "portfolio" / "repositories")
    for path, lies_in in (
        ("file://repositories/bakery-site", "home"),
        ("repositories/bakery-site", "portfolio"),
        (str(tmp_path / "home" / "repositories" / "bakery-site"), "home"),
        (f"file://{tmp_path}/portfolio/repositories/bakery-site", "portfolio"),
    ):
        declared = Repository(id="bakery-site", tenant="t", path=path)
        tree = open_repository(declared, tmp_path / "portfolio", tmp_path / "home")
        assert tree.head is not None
        assert str(tree.head.id) == heads(tmp_path / lies_in / "repositories")["bakery-site"], path


def test_the_bakery_gets_commits_after_it_cancelled(tmp_path) -> None:
    place_repositories(ANCHOR, tmp_path)
    repository = pygit2.Repository(str(tmp_path / "bakery-site"))
    days = [
        (ANCHOR - datetime.fromtimestamp(commit.commit_time, UTC).date()).days
        for commit in repository.walk(repository.head.target)
    ]
    assert [day for day in days if day < 40] == [9, 31]
