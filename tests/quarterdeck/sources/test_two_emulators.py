"""The same reading on two independent implementations of AWS's APIs: MiniStack, and moto's server."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import logging
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from quarterdeck.errors import NothingToReadError, SourceError
from quarterdeck.settings.sources import DynamoSource, S3Source
from quarterdeck.sources.definition import SOURCE_KEY
from quarterdeck.sources.reading import read_source

LONG = "-1234567890123456789012345678901.2345678"


@pytest.fixture(scope="session")
def filled(each_emulator):
    """A table with two tenants' bookings, one of them over many pages, and an empty table."""
    client = each_emulator.client("dynamodb")
    for name in ("world", "empty"):
        client.create_table(
            TableName=name,
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
    items = [item("jada", number, note={"S": "x" * 6000}) for number in range(400)]  # 2.4 MB: three pages
    items += [item("other", number) for number in range(10)]
    items.append({**item("jada", 0), "sk": {"S": "PAYMENT#1"}})
    for start in range(0, len(items), 25):
        batch = [{"PutRequest": {"Item": row}} for row in items[start : start + 25]]
        assert not client.batch_write_item(RequestItems={"world": batch}).get("UnprocessedItems")
    return each_emulator


def item(tenant, number, **more):
    return {
        "pk": {"S": f"TENANT#{tenant}"},
        "sk": {"S": f"BOOKING#{number:04}"},
        "price": {"N": f"{number}.25"},
        "status": {"S": "confirmed"},  # a reserved word
        "ratio": {"N": LONG},
        "crew": {"NS": ["2", "1"]},
        "left": {"NULL": True},
        **more,
    }


def table(**more):
    return DynamoSource.model_validate(
        {"from": "dynamodb", "table": "world", "partition": "TENANT#jada", "sort_prefix": "BOOKING#", **more}
    )


@pytest.fixture
def read(filled, reading):
    def run(source, dataset, **changes):
        return read_source(source, dataset, reading(filled.client, **changes))

    return run


WANTED = {"price": "decimal", "status": "text", "ratio": "text", "crew": "text", "left": "text"}


def test_a_partition_over_many_pages(read, dataset, caplog):
    caplog.set_level(logging.INFO)
    # Projected before it is sent, but DynamoDB pages by what it reads.
    extract = read(table(consistent=True), dataset(**WANTED, note="text"))
    assert extract.rows_read == 400
    assert sum(extract.frame["price"]) == sum(range(400)) + 100
    assert set(extract.frame["ratio"]) == {Decimal(LONG)}
    assert set(extract.frame["crew"]) == {"[1, 2]"}
    assert extract.frame["left"].isna().all()
    assert extract.frame[SOURCE_KEY].iloc[-1] == "TENANT#jada/BOOKING#0399"
    pages = int(caplog.text.partition("pages=")[2].split()[0])
    assert pages >= 3


def test_only_what_is_mapped_is_fetched(read, dataset):
    assert set(read(table(), dataset(status="text")).frame.columns) == {"pk", "sk", "status", SOURCE_KEY}


def test_a_scan_in_segments_gives_every_item_once(read, dataset):
    for segments in (1, 3):
        source = table(partition=None, sort_prefix="", segments=segments)
        extract = read(source, dataset(price="decimal"))
        assert extract.rows_read == 411
        assert extract.frame[SOURCE_KEY].nunique() == 411
    filtered = read(table(partition=None, segments=2), dataset(price="decimal"))
    assert filtered.rows_read == 410


def test_an_empty_table_and_an_empty_partition_are_zero_rows(read, dataset):
    assert read(table(table="empty"), dataset(price="decimal")).rows_read == 0
    assert read(table(table="empty", partition=None), dataset(price="decimal")).rows_read == 0
    assert read(table(partition="TENANT#nobody"), dataset(price="decimal")).rows_read == 0


def test_a_table_that_is_not_there(read, dataset):
    with pytest.raises(SourceError, match="there is no table 'nowhere'"):
        read(table(table="nowhere"), dataset(price="decimal"))


# --- export ------------------------------------------------------------------------------------------

EXPORT = {"bucket": "exports", "prefix": "world"}


def put_export(s3, name, items, *, at, claimed=None, table_name="world"):
    """An export as AWS lays it out: two gzipped files of lines, their list, and the summary."""
    root = f"world/AWSDynamoDB/{name}"
    halves = [items[: len(items) // 2], items[len(items) // 2 :]]
    files = []
    for number, half in enumerate(halves):
        key = f"{root}/data/part{number}.json.gz"
        lines = "".join(json.dumps({"Item": row}) + "\n" for row in half)
        data = gzip.compress(lines.encode())
        s3.put_object(Bucket="exports", Key=key, Body=data)
        checksum = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
        files.append({"itemCount": len(half), "md5Checksum": checksum, "dataFileS3Key": key})
    listing = "".join(json.dumps(one) + "\n" for one in files)
    s3.put_object(Bucket="exports", Key=f"{root}/manifest-files.json", Body=listing.encode())
    summary = {
        "version": "2020-06-30",
        "tableArn": f"arn:aws:dynamodb:us-east-1:123456789012:table/{table_name}",
        "exportTime": at,
        "manifestFilesS3Key": f"{root}/manifest-files.json",
        "itemCount": len(items) if claimed is None else claimed,
        "outputFormat": "DYNAMODB_JSON",
    }
    s3.put_object(Bucket="exports", Key=f"{root}/manifest-summary.json", Body=json.dumps(summary).encode())


@pytest.fixture
def s3(filled):
    client = filled.client("s3")
    client.create_bucket(Bucket="exports")
    yield client
    pages = client.list_objects_v2(Bucket="exports").get("Contents", [])
    for one in pages:
        client.delete_object(Bucket="exports", Key=one["Key"])
    client.delete_bucket(Bucket="exports")


def everything(client):
    rows = []
    for page in client.get_paginator("scan").paginate(TableName="world"):
        rows += page["Items"]
    return rows


def test_an_export_gives_what_a_query_gives(filled, s3, read, dataset):
    rows = everything(filled.client("dynamodb"))
    put_export(s3, "old", rows[:10], at="2026-04-30T00:00:00Z")
    put_export(s3, "right", rows, at="2026-05-02T00:00:00.000Z")
    put_export(s3, "later", rows[:20], at="2026-05-02T00:00:01Z")
    put_export(s3, "elsewhere", rows[:30], at="2026-05-01T23:00:00Z", table_name="other")
    by_query = read(table(), dataset(**WANTED))
    by_export = read(table(export=EXPORT), dataset(**WANTED))
    assert by_export.rows_read == 400
    assert by_export.location.startswith(
        "s3://exports/world (export of dynamodb:world of 2026-05-02T00:00:00"
    )
    columns = sorted(by_query.frame.columns)
    assert sorted(by_export.frame.columns) == columns
    one, two = (each.frame[columns].sort_values(SOURCE_KEY).to_dict("list") for each in (by_query, by_export))
    assert {name: list(map(str, values)) for name, values in one.items()} == {
        name: list(map(str, values)) for name, values in two.items()
    }


def test_an_export_that_is_not_whole_is_not_read(filled, s3, read, dataset):
    rows = everything(filled.client("dynamodb"))
    put_export(s3, "short", rows, at="2026-05-01T00:00:00Z", claimed=len(rows) + 1)
    with pytest.raises(SourceError, match=rf"expected {len(rows) + 1} items as the export's summary says"):
        read(table(export=EXPORT), dataset(**WANTED))
    key = "world/AWSDynamoDB/short/data/part1.json.gz"
    data = s3.get_object(Bucket="exports", Key=key)["Body"].read()
    s3.put_object(Bucket="exports", Key=key, Body=data[: len(data) // 2])
    with pytest.raises(SourceError, match="expected to read an export there"):
        read(table(export=EXPORT), dataset(**WANTED))


def test_a_file_that_was_written_anew_is_not_of_the_export(filled, s3, read, dataset):
    put_export(s3, "whole", everything(filled.client("dynamodb")), at="2026-05-01T00:00:00Z")
    key = "world/AWSDynamoDB/whole/data/part1.json.gz"
    lines = gzip.decompress(s3.get_object(Bucket="exports", Key=key)["Body"].read())
    s3.put_object(Bucket="exports", Key=key, Body=gzip.compress(lines.replace(b"7", b"8")))
    with pytest.raises(SourceError, match="expected the bytes that its manifest was written for"):
        read(table(export=EXPORT), dataset(**WANTED))


def test_no_export_up_to_the_cut_off_is_no_empty_table(filled, s3, read, dataset):
    put_export(s3, "later", everything(filled.client("dynamodb")), at="2026-05-03T00:00:00Z")
    with pytest.raises(SourceError, match="found none; export the table"):
        read(table(export=EXPORT), dataset(**WANTED))


def test_an_export_of_another_day_is_not_this_ones(filled, s3, read, dataset):
    put_export(s3, "old", everything(filled.client("dynamodb")), at="2026-04-30T23:59:59Z")
    with pytest.raises(SourceError, match="found the newest of 2026-04-30 23:59 UTC"):
        read(table(export=EXPORT), dataset(**WANTED))


def test_what_only_another_tenant_has_is_absent(s3, read, dataset):
    rows = [item("jada", 1), item("other", 1, tax={"N": "1"})]
    put_export(s3, "right", rows, at="2026-05-02T00:00:00Z")
    assert "tax" not in read(table(export=EXPORT), dataset(tax="decimal")).frame
    assert "tax" in read(table(export=EXPORT, partition=None), dataset(tax="decimal")).frame


def test_the_export_of_an_empty_table_has_no_rows(s3, read, dataset):
    put_export(s3, "empty", [], at="2026-05-02T00:00:00Z")
    assert read(table(export=EXPORT), dataset(price="decimal")).rows_read == 0


# --- S3 ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def books(filled):
    client = filled.client("s3")
    client.create_bucket(Bucket="books")
    for number in range(1000):
        client.put_object(
            Bucket="books", Key=f"ledger/{number:04}.csv", Body=b"day,amount\n2026-05-01,1.00\n"
        )
    client.put_object(Bucket="books", Key="ledger/9999.csv", Body=b"day,amount\n2026-05-02,1.00\n")
    return client


def objects(**more):
    return S3Source.model_validate(
        {"from": "s3", "bucket": "books", "prefix": "ledger/", "format": "csv", **more}
    )


def test_a04_all_of_1001_objects(books, read, dataset):
    extract = read(objects(), dataset(day="day", amount="decimal"))
    assert extract.rows_read == 1001
    assert sum(map(Decimal, extract.frame["amount"])) == Decimal("1001.00")
    assert extract.frame["day"].max() == "2026-05-02"
    assert extract.arrived_at is not None
    assert extract.arrived_at <= datetime.now(UTC)


def test_no_objects_are_not_zero_rows(books, read, dataset):
    with pytest.raises(NothingToReadError):
        read(objects(prefix="nothing/"), dataset(day="day"))


def test_a_bucket_that_is_not_there(books, read, dataset):
    with pytest.raises(SourceError, match="s3://nowhere/ledger/"):
        read(objects(bucket="nowhere"), dataset(day="day"))
