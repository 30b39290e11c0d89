"""docs/iam/reader.json: with it snapshots, lake and archive work; without a part of it they say so."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from quarterdeck.errors import LakeError, SourceError
from quarterdeck.lake.editions import EditionArchive
from quarterdeck.lake.store import open_store
from quarterdeck.settings.definition import Dataset
from quarterdeck.settings.sources import DynamoSource, S3Source
from quarterdeck.sources.definition import Reading
from quarterdeck.sources.dynamodb import export
from quarterdeck.sources.reading import read_source

POLICY = json.loads((Path(__file__).parents[2] / "docs" / "iam" / "reader.json").read_text())["Statement"]
PARTS = [(one["Sid"], action) for one in POLICY for action in one["Action"]]
DATASET = Dataset.model_validate(
    {"id": "rows", "title": "Rows", "key": [], "timing": "state", "columns": {"price": {"type": "decimal"}}}
)
NOW = datetime(2026, 5, 2, 6, tzinfo=UTC)
UNTIL = datetime(2026, 5, 2, tzinfo=UTC)
TABLE = {"from": "dynamodb", "table": "world", "partition": "TENANT#a", "segments": 1}
INDEX = {**TABLE, "index": "by_status", "partition": "confirmed", "partition_key": "status", "sort_key": None}
EXPORT = {"bucket": "exports", "prefix": "tables/"}
OBJECTS = {"from": "s3", "bucket": "sources", "prefix": "books/", "format": "csv"}
# What the emulator can't refuse, and why: each must fail the day it can.
NOT_ENFORCED = {
    ("DynamoDBWritesExport", action): "the emulator's export writes no object"
    for action in ("s3:PutObject", "s3:PutObjectAcl", "s3:AbortMultipartUpload")
}


@pytest.fixture(scope="module")
def stocked(enforcing):
    client = enforcing.root("dynamodb")
    for name in ("world", "elsewhere"):
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk", "status")],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by_status",
                    "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
    client.put_item(TableName="world", Item=ITEM)
    client.update_continuous_backups(
        TableName="world", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    s3 = enforcing.root("s3")
    for bucket in ("sources", "exports", "lake", "archive"):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket="sources", VersioningConfiguration={"Status": "Enabled"})
    for key in ("books/may.csv", "private/may.csv"):
        s3.put_object(Bucket="sources", Key=key, Body=b"price\n1.00\n")
    put_export(s3)
    return enforcing


ITEM = {"pk": {"S": "TENANT#a"}, "sk": {"S": "B#1"}, "status": {"S": "confirmed"}, "price": {"N": "1.00"}}


def put_export(s3):
    root = "tables/AWSDynamoDB/01"
    lines = json.dumps({"Item": ITEM}) + "\n"
    s3.put_object(Bucket="exports", Key=f"{root}/data/a.json.gz", Body=gzip.compress(lines.encode()))
    files = json.dumps({"itemCount": 1, "dataFileS3Key": f"{root}/data/a.json.gz"})
    s3.put_object(Bucket="exports", Key=f"{root}/manifest-files.json", Body=files.encode())
    summary = {
        "tableArn": "arn:aws:dynamodb:us-east-1:000000000000:table/world",
        "exportTime": "2026-05-01T00:00:00Z",
        "manifestFilesS3Key": f"{root}/manifest-files.json",
        "itemCount": 1,
        "outputFormat": "DYNAMODB_JSON",
    }
    s3.put_object(Bucket="exports", Key=f"{root}/manifest-summary.json", Body=json.dumps(summary).encode())


class Steps:
    """What the steps do with the portfolio's connection, by the role's own clients."""

    second = count()  # asked for twice, an export of one instant is one export

    def __init__(self, emulator, home):
        self._emulator, self._home = emulator, home

    def read(self, source, until=UNTIL):
        reading = Reading(
            folder=None, client=self._emulator.client, now=NOW, as_of=date(2026, 5, 1), until=until
        )
        kind = DynamoSource if source["from"] == "dynamodb" else S3Source
        return read_source(kind.model_validate(source), DATASET, reading).rows_read

    def query(self):
        assert self.read(TABLE) == 1

    def scan(self):
        assert self.read({**TABLE, "partition": None}) == 1

    def query_index(self):
        assert self.read(INDEX) == 1

    def scan_index(self):
        assert self.read({**INDEX, "partition": None}) == 1

    def objects(self):
        assert self.read(OBJECTS) == 1

    def versions(self):
        assert self.read({**OBJECTS, "versions": "as_of"}, until=datetime(2100, 1, 1, tzinfo=UTC)) == 1

    def export(self):
        assert self.read({**TABLE, "export": EXPORT}) == 1

    def start_export(self):
        """The emulator takes the order and writes nothing, so that none is found afterwards."""
        early = datetime(2026, 4, 1, tzinfo=UTC) - timedelta(seconds=next(Steps.second))
        try:
            self.read({**TABLE, "export": {**EXPORT, "start": True}}, until=early)
        except SourceError as error:
            if "found none; export the table" not in str(error):
                raise

    def _store(self, url):
        return open_store(url, home=self._home, s3=lambda: self._emulator.client("s3"))

    def lake(self):
        lake = self._store("s3://lake/harbor/")
        lake.put("runs/a.json", b"{}")
        lake.create("audit/salt", b"1")
        assert lake.exists("audit/salt")
        assert not lake.exists("audit/pepper")
        assert lake.get("runs/a.json") == b"{}"
        assert "runs/a.json" in lake.list("runs/")

    def archive(self):
        archive = EditionArchive(self._store("s3://archive/"))
        archive.freeze_inputs("2026-05-01", "cfo", {})
        archive.archive("2026-05-01", "cfo", {"payload.json": b"{}"})
        assert archive.latest_before("2026-05-02", "cfo").first


@pytest.fixture
def steps(stocked, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "_BETWEEN_LOOKS", 0.05)
    return Steps(stocked, tmp_path)


NEEDS = {
    ("SnapshotQueriesTable", "dynamodb:Query"): "query",
    ("SnapshotScansTable", "dynamodb:Scan"): "scan",
    ("SnapshotReadsIndex", "dynamodb:Query"): "query_index",
    ("SnapshotReadsIndex", "dynamodb:Scan"): "scan_index",
    ("SnapshotListsObjects", "s3:ListBucket"): "objects",
    ("SnapshotReadsObjects", "s3:GetObject"): "objects",
    ("SnapshotSeesVersioning", "s3:GetBucketVersioning"): "versions",
    ("SnapshotListsVersions", "s3:ListBucketVersions"): "versions",
    ("SnapshotReadsVersions", "s3:GetObjectVersion"): "versions",
    ("SnapshotFindsExport", "s3:ListBucket"): "export",
    ("SnapshotReadsExport", "s3:GetObject"): "export",
    ("SnapshotStartsExport", "dynamodb:DescribeTable"): "start_export",
    ("SnapshotStartsExport", "dynamodb:ExportTableToPointInTime"): "start_export",
    ("SnapshotAwaitsExport", "dynamodb:DescribeExport"): "start_export",
    ("DynamoDBWritesExport", "s3:PutObject"): "start_export",
    ("DynamoDBWritesExport", "s3:PutObjectAcl"): "start_export",
    ("DynamoDBWritesExport", "s3:AbortMultipartUpload"): "start_export",
    ("EveryStepListsLake", "s3:ListBucket"): "lake",
    ("EveryStepReadsLake", "s3:GetObject"): "lake",
    ("EveryStepWritesLake", "s3:PutObject"): "lake",
    ("ComposeListsArchive", "s3:ListBucket"): "archive",
    ("ComposeAndDeliverReadEditions", "s3:GetObject"): "archive",
    ("ComposeArchivesEditions", "s3:PutObject"): "archive",
}


@pytest.mark.parametrize("step", sorted(set(NEEDS.values())))
def test_with_the_policy_each_step_works(stocked, steps, policy, step):
    stocked.allow(policy("reader"))
    getattr(steps, step)()


@pytest.mark.parametrize(("sid", "action"), PARTS)
def test_without_a_part_of_it_the_step_that_needs_it_names_the_action(
    stocked, steps, policy, less, sid, action, request
):
    if (sid, action) in NOT_ENFORCED:
        reason = NOT_ENFORCED[sid, action]
        request.applymarker(pytest.mark.xfail(strict=True, raises=pytest.fail.Exception, reason=reason))
    stocked.allow(less(policy("reader"), sid, action))
    with pytest.raises((SourceError, LakeError), match=re.escape(action)):
        getattr(steps, NEEDS[sid, action])()


def test_nothing_else_is_allowed(stocked, steps, policy):
    stocked.allow(policy("reader"))
    with pytest.raises(SourceError, match="dynamodb:Query"):
        steps.read({**TABLE, "table": "elsewhere"})
    with pytest.raises(SourceError, match="s3:ListBucket"):
        steps.read({**OBJECTS, "prefix": "private/"})
    s3, dynamodb = stocked.client("s3"), stocked.client("dynamodb")
    refused = [
        (s3.get_object, {"Bucket": "sources", "Key": "private/may.csv"}),
        (s3.put_object, {"Bucket": "sources", "Key": "books/may.csv", "Body": b""}),
        (s3.delete_object, {"Bucket": "archive", "Key": "editions/2026-05-01/cfo/edition.json"}),
        (s3.delete_object, {"Bucket": "lake", "Key": "harbor/runs/a.json"}),
        (s3.get_object, {"Bucket": "lake", "Key": "jada/runs/a.json"}),
        (dynamodb.put_item, {"TableName": "world", "Item": ITEM}),
        (dynamodb.delete_table, {"TableName": "world"}),
    ]
    for operation, request in refused:
        with pytest.raises(Exception, match="AccessDenied"):
            operation(**request)


@pytest.mark.xfail(
    strict=True, raises=SourceError, reason="the emulator looks for the export's table nowhere"
)
def test_the_export_policy_as_written(stocked, steps, policy):
    stocked.allow(policy("reader", as_written=["Resource"]))
    steps.start_export()


@pytest.mark.xfail(strict=True, raises=pytest.fail.Exception, reason="dynamodb:LeadingKeys is not enforced")
def test_a_policy_may_name_the_tenants_partitions(stocked, steps, policy):
    keys = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["TENANT#b"]}}
    only_b = [
        {**one, "Condition": keys} if one["Sid"] == "SnapshotQueriesTable" else one
        for one in policy("reader")
    ]
    stocked.allow(only_b)
    with pytest.raises(SourceError, match="dynamodb:Query"):
        steps.query()
