"""Objects in S3 and local files as sources."""

import gzip
import io
import os
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import boto3
import pandas as pd
import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber

from quarterdeck.errors import SourceError
from quarterdeck.settings.definition import Dataset, Tenant
from quarterdeck.settings.sources import FileSource, S3Source
from quarterdeck.sources.conforming import conform
from quarterdeck.sources.definition import SOURCE_KEY, Reading
from quarterdeck.sources.reading import read_source

ANYTHING = Dataset.model_validate(
    {
        "id": "anything",
        "title": "Anything",
        "key": [],
        "timing": "state",
        "columns": {name: {"type": "text"} for name in ("id", "day", "amount")},
    }
)
NOW = datetime(2026, 5, 2, 6, tzinfo=UTC)
KEYS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


def read(source, client, folder=None):
    reading = Reading(
        folder=folder,
        client=lambda _service: client,
        now=NOW,
        as_of=date(2026, 5, 1),
        until=datetime(2026, 5, 2, tzinfo=UTC),
    )
    return read_source(source, ANYTHING, reading)


# --- S3 ----------------------------------------------------------------------------------------------


class Bucket:
    """An S3 of dicts: pages of 1,000, ETags, IfMatch. ``on_get`` may change it between list and read."""

    def __init__(self, objects):
        self.objects = dict(objects)
        self.modified = {}
        self.lists = 0
        self.on_get = lambda key: None

    def get_paginator(self, _name):
        return self

    def paginate(self, Bucket, Prefix):
        keys = sorted(key for key in self.objects if key.startswith(Prefix))
        for start in range(0, max(len(keys), 1), 1000):
            self.lists += 1
            yield {"Contents": [self._item(key) for key in keys[start : start + 1000]]}

    def _item(self, key):
        return {"Key": key, "ETag": self.etag(key), "LastModified": self.modified.get(key, NOW)}

    def etag(self, key):
        return f'"{hash(self.objects[key])}"'

    def get_object(self, Bucket, Key, IfMatch):
        self.on_get(Key)
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        if IfMatch != self.etag(Key):
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "GetObject")
        data = self.objects[Key]
        return {"Body": StreamingBody(io.BytesIO(data), len(data))}


def prefix(form="csv"):
    return S3Source.model_validate(
        {"from": "s3", "bucket": "books", "prefix": "jada/ledger/", "format": form}
    )


def csv(day, amount="1.00"):
    return f"day,amount\n{day},{amount}\n".encode()


def test_a04_all_of_1001_objects_are_read():
    objects = {f"jada/ledger/{number:04}.csv": csv("2026-05-01") for number in range(1000)}
    bucket = Bucket({**objects, "jada/ledger/9999.csv": csv("2026-05-02"), "jada/ledger/": b""})
    extract = read(prefix(), bucket)
    assert extract.rows_read == 1001
    assert sum(map(Decimal, extract.frame["amount"])) == Decimal("1001.00")
    assert extract.frame["day"].iloc[-1] == "2026-05-02"
    assert bucket.lists == 2


def test_a_broken_object_among_good_ones_is_named_and_the_others_count():
    good = csv("2026-05-01")
    bucket = Bucket({"jada/ledger/a.csv": good, "jada/ledger/b.csv": b"", "jada/ledger/c.csv": b"\xe9"})
    extract = read(prefix(), bucket)
    assert extract.rows_read == 1
    assert [(bad.reason, bad.rows, bad.keys) for bad in extract.broken] == [
        ("empty file", 0, ("jada/ledger/b.csv",)),
        ("expected UTF-8, found another encoding at byte 0", 0, ("jada/ledger/c.csv",)),
    ]
    assert list(extract.frame[SOURCE_KEY]) == ["a.csv:2"]


def test_an_object_replaced_while_it_is_read_is_listed_once_more():
    bucket = Bucket({"jada/ledger/a.csv": csv("2026-05-01")})
    states = iter([csv("2026-05-01", "2.00")])
    bucket.on_get = lambda key: bucket.objects.update({key: next(states, bucket.objects[key])})
    assert list(read(prefix(), bucket).frame["amount"]) == ["2.00"]


def test_an_object_that_never_stands_still_is_broken():
    bucket = Bucket({"jada/ledger/a.csv": csv("2026-05-01"), "jada/ledger/b.csv": csv("2026-05-01")})
    amounts = iter(range(10, 20))
    change = {
        "jada/ledger/b.csv": lambda: bucket.objects.update({"jada/ledger/b.csv": csv("x", next(amounts))})
    }
    bucket.on_get = lambda key: change.get(key, bool)()
    assert "replaced twice" in read(prefix(), bucket).broken[0].reason


def test_no_object_and_no_readable_object_are_no_rows_of_zero():
    with pytest.raises(SourceError, match="found none below the prefix"):
        read(prefix(), Bucket({}))
    with pytest.raises(SourceError, match=r"found none in 1; jada/ledger/a.csv: empty file"):
        read(prefix(), Bucket({"jada/ledger/a.csv": b""}))


def test_s3_refusing_is_a_source_error():
    client = boto3.client("s3", **KEYS)
    with Stubber(client) as stub:
        asked = {"Bucket": "books", "Prefix": ANY}
        stub.add_client_error("list_objects_v2", "AccessDenied", "no", expected_params=asked)
        with pytest.raises(SourceError, match=r"s3://books/jada/ledger/: .*AccessDenied"):
            read(prefix(), client)


# --- files -------------------------------------------------------------------------------------------


def files(path, form="csv"):
    return FileSource.model_validate({"from": "files", "path": path, "format": form})


def test_files_are_read_in_the_order_of_their_names_below_the_portfolios_folder(tmp_path):
    for name, text in {"b.csv": "id\n2\n", "a.csv": "id,x\n1,9\n", "c.csv": "", "notes.txt": "no"}.items():
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / name).write_text(text)
    extract = read(files("data/*.csv"), None, tmp_path)
    assert list(extract.frame["id"]) == ["1", "2"]
    assert list(extract.frame[SOURCE_KEY]) == ["a.csv:2", "b.csv:2"]
    assert [bad.keys for bad in extract.broken] == [("c.csv",)]
    assert (extract.location, extract.read_at) == ("files:data/*.csv", NOW)


def test_an_absolute_path_and_one_that_climbs(tmp_path):
    (tmp_path / "a.csv").write_text("id\n1\n")
    (tmp_path / "p").mkdir()
    assert read(files(str(tmp_path / "a.csv")), None, tmp_path / "p").rows_read == 1
    assert read(files("../*.csv"), None, tmp_path / "p").rows_read == 1


def test_no_file_is_a_source_error(tmp_path):
    with pytest.raises(SourceError, match=r"files:data/\*.csv: expected files, found none"):
        read(files("data/*.csv"), None, tmp_path)


def test_local_files_are_read_as_those_in_s3_are(tmp_path):
    (tmp_path / "a.json").write_bytes(gzip.compress(b'{"data": [{"id": "x", "amount": 1.50}]}'))
    (tmp_path / "b.json").write_bytes(gzip.compress(b'{"data": []}')[:-4])
    os.utime(tmp_path / "a.json", (0, NOW.timestamp()))
    os.utime(tmp_path / "b.json", (0, 0))
    source = {"from": "files", "path": "*.json", "format": "json", "records": "data"}
    extract = read(FileSource.model_validate(source), None, tmp_path)
    assert extract.frame.to_dict("records") == [
        {"id": "x", "amount": Decimal("1.50"), SOURCE_KEY: "a.json:1"}
    ]
    assert [bad.reason for bad in extract.broken] == ["expected a whole gzip file, found that it ends early"]
    assert extract.arrived_at == NOW


def test_a_file_that_may_not_be_read_is_broken(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("id\n1\n")
    (tmp_path / "b.csv").write_text("id\n2\n")
    plain = Path.open

    def refuse(path, *args, **more):
        if path.name == "b.csv":
            raise PermissionError(13, "Permission denied")
        return plain(path, *args, **more)

    monkeypatch.setattr(Path, "open", refuse)
    broken = read(files("*.csv"), None, tmp_path).broken
    assert broken[0].reason == "expected a readable file, found: Permission denied"


def test_money_written_with_commas_is_exact_and_a_bad_one_is_counted(tmp_path):
    (tmp_path / "a.csv").write_text("id;amount\n1;1.234,50\n2;12,34\n3;1.23,4\n4;1.23\n")
    dialect = {"delimiter": ";", "decimal": ",", "thousands": "."}
    source = FileSource.model_validate(
        {"from": "files", "path": "a.csv", "format": "csv", "dialect": dialect}
    )
    done = conformed(source, tmp_path, id="text", amount="money")
    assert list(done.frame["amount"]) == [123450, 1234]
    assert (done.rows_read, [(bad.rows, bad.keys) for bad in done.quarantined]) == (
        4,
        [(2, ("a.csv:4", "a.csv:5"))],
    )


def test_a05_a_column_without_a_value_has_its_declared_type_on_both_days(tmp_path):
    (tmp_path / "one.jsonl").write_text('{"id": "1", "code": null}\n{"id": "2"}\n{"id": "3", "code": null}\n')
    (tmp_path / "two.jsonl").write_text('{"id": "4", "code": "SPRING"}\n{"id": "5", "code": null}\n')
    days = [
        conformed(files(name, "jsonl"), tmp_path, id="text", code="text")
        for name in ("one.jsonl", "two.jsonl")
    ]
    both = pd.concat([day.frame for day in days])
    assert {str(day.frame["code"].dtype) for day in days} == {"string[pyarrow]"}
    assert (both["code"] + "-x").dropna().tolist() == ["SPRING-x"]
    assert (len(both), int(both["code"].isna().sum())) == (5, 4)


def conformed(source, folder, **columns):
    declared = {name: {"type": kind} for name, kind in columns.items()}
    known = {"id": "rows", "title": "Rows", "key": ["id"], "timing": "state", "columns": declared}
    dataset = Dataset.model_validate(known)
    tenant = Tenant.model_validate({"id": "jada", "title": "Jada", "kind": "shop", "currency": "EUR"})
    reading = Reading(
        folder=folder, client=None, now=NOW, as_of=date(2026, 5, 1), until=datetime(2026, 5, 2, tzinfo=UTC)
    )
    extract = read_source(source, dataset, reading)
    return conform(extract, source, dataset, tenant=tenant, zone=ZoneInfo("UTC"), as_of_end=None)
