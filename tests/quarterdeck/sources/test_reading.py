"""The three kinds of source, on boto3's own clients with answers played back."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber

from quarterdeck.errors import SourceError
from quarterdeck.settings.definition import DynamoSource, FileSource, S3Source
from quarterdeck.sources.definition import SOURCE_KEY
from quarterdeck.sources.reading import read_source

NOW = datetime(2026, 5, 2, 6, tzinfo=UTC)
LONG = "12345678901234567890123456789012345678"
KEYS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


@pytest.fixture
def dynamodb():
    client = boto3.client("dynamodb", **KEYS)
    with Stubber(client) as stub:
        yield client, stub


def table(**more):
    return DynamoSource.model_validate(
        {"from": "dynamodb", "table": "world", "partition": "TENANT#jada", "sort_prefix": "BOOKING#", **more}
    )


def read(source, client, folder=None):
    return read_source(source, folder=folder, client=lambda _service: client, now=NOW)


def item(key, **attributes):
    return {"pk": {"S": "TENANT#jada"}, "sk": {"S": f"BOOKING#{key}"}, **attributes}


def test_a01_an_empty_page_is_not_the_end_and_an_empty_key_is(dynamodb):
    client, stub = dynamodb
    k1, k2 = item("k1"), item("k2")
    stub.add_response("query", {"Items": [], "LastEvaluatedKey": k1})
    stub.add_response("query", {"Items": [item("b1", price={"N": "100.00"})], "LastEvaluatedKey": k2})
    stub.add_response("query", {"Items": [item("b2", price={"N": "50.00"})], "LastEvaluatedKey": {}})
    extract = read(table(), client)
    assert extract.rows_read == 2
    assert sum(extract.frame["price"]) == Decimal("150.00")
    stub.assert_no_pending_responses()  # exactly three calls; a fourth would have had no answer


def test_the_question_names_partition_and_prefix(dynamodb):
    client, stub = dynamodb
    stub.add_response(
        "query",
        {"Items": []},
        {
            "TableName": "world",
            "KeyConditionExpression": "#pk = :pk and begins_with(#sk, :sk)",
            "ExpressionAttributeNames": {"#pk": "pk", "#sk": "sk"},
            "ExpressionAttributeValues": {":pk": {"S": "TENANT#jada"}, ":sk": {"S": "BOOKING#"}},
            "ConsistentRead": True,
        },
    )
    extract = read(table(consistent=True), client)
    assert (extract.rows_read, extract.location) == (0, "dynamodb:world/TENANT#jada/BOOKING#")


def test_items_keep_exact_numbers_maps_sets_and_the_difference_of_null_and_absent(dynamodb):
    client, stub = dynamodb
    items = [
        item("b1", id={"N": LONG}, tip={"NULL": True}, crew={"SS": ["b", "a"]}),
        item("b2", id={"N": "1"}, boat={"M": {"length": {"N": "12.50"}}}),
    ]
    stub.add_response("query", {"Items": items})
    frame = read(table(), client).frame
    assert list(frame["id"]) == [Decimal(LONG), Decimal(1)]
    assert list(frame[SOURCE_KEY]) == ["TENANT#jada/BOOKING#b1", "TENANT#jada/BOOKING#b2"]
    assert frame["crew"][0] == '["a", "b"]'
    assert frame["boat"][1] == '{"length": "12.50"}'
    assert "tip" in frame
    assert frame["tip"].isna().all()
    assert "tax" not in frame


def test_throttling_after_the_clients_retries_is_a_source_error(dynamodb):
    client, stub = dynamodb
    stub.add_response("query", {"Items": [item("b1")], "LastEvaluatedKey": item("b1")})
    stub.add_client_error("query", "ProvisionedThroughputExceededException", "slow down")
    with pytest.raises(SourceError, match=r"dynamodb:world/TENANT#jada/BOOKING#: .* 1 of them: .*slow down"):
        read(table(), client)


# --- S3 ----------------------------------------------------------------------------------------------


class Bucket:
    """An S3 of dicts: pages of 1,000, ETags, IfMatch. ``on_get`` may change it between list and read."""

    def __init__(self, objects):
        self.objects = dict(objects)
        self.lists = 0
        self.on_get = lambda key: None

    def get_paginator(self, _name):
        return self

    def paginate(self, Bucket, Prefix):
        keys = sorted(key for key in self.objects if key.startswith(Prefix))
        for start in range(0, max(len(keys), 1), 1000):
            self.lists += 1
            yield {"Contents": [{"Key": key, "ETag": self.etag(key)} for key in keys[start : start + 1000]]}

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
    bucket = Bucket({"jada/ledger/a.csv": good, "jada/ledger/b.csv": b"", "jada/ledger/c.csv": b"\xff\xfe"})
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
