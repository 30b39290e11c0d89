"""Objects in S3, on two implementations of its API."""

import gzip
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from quarterdeck.errors import SourceError
from quarterdeck.settings.sources import S3Source
from quarterdeck.sources.definition import SOURCE_KEY
from quarterdeck.sources.reading import read_source


@pytest.fixture
def bucket(each_emulator):
    """A bucket of its own: its name, a client, and the calls that were made (they grow)."""
    client, calls = each_emulator.client("s3"), []
    client.meta.events.register("before-call.s3", lambda model, **_: calls.append(model.name))
    name = f"sources-{uuid.uuid4().hex[:12]}"
    client.create_bucket(Bucket=name)
    return name, client, calls


@pytest.fixture
def read(bucket, reading, dataset):
    name, client, _ = bucket

    def call(prefix, form="csv", until=None, **more):
        spec = {"from": "s3", "bucket": name, "prefix": prefix, "format": form, **more}
        changes = {} if until is None else {"until": until}
        return read_source(S3Source.model_validate(spec), dataset(id="text"), reading(client, **changes))

    return call


def test_all_of_1001_objects_in_two_list_calls(bucket, read):
    name, client, calls = bucket
    for number in range(1001):
        client.put_object(Bucket=name, Key=f"many/{number:04}", Body=b"id\n1\n")
    calls.clear()
    assert read("many/").rows_read == 1001
    assert calls.count("ListObjectsV2") == 2


def test_a_day_among_many(bucket, read):
    name, client, calls = bucket
    for day in range(1, 31):
        client.put_object(Bucket=name, Key=f"logs/2026/04/{day:02}/a.csv", Body=b"id\n1\n")
    client.put_object(Bucket=name, Key="logs/2026/05/01/a.csv", Body=gzip.compress(b"id\n2\n"))
    calls.clear()
    extract = read("logs/{%Y/%m/%d}/")
    assert list(extract.frame["id"]) == ["2"]
    assert calls == ["ListObjectsV2", "GetObject"]


def test_odd_keys_are_read(bucket, read):
    name, client, _ = bucket
    keys = ["odd/ü é.csv", "odd/1+2=3.csv", "odd/50%20.csv", "odd/a&b?c.csv", "odd/"]
    for key in keys:
        client.put_object(Bucket=name, Key=key, Body=b"id\n1\n" if key != "odd/" else b"")
    extract = read("odd/")
    assert sorted(extract.frame[SOURCE_KEY]) == sorted(f"{key[4:]}:2" for key in keys[:-1])
    assert extract.broken == ()
    assert abs(extract.arrived_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_large_object_is_streamed_and_its_rows_are_all_there(bucket, read):
    name, client, _ = bucket
    lines = "".join(f"{number}\n" for number in range(300_000))
    client.put_object(Bucket=name, Key="large/a.csv.gz", Body=gzip.compress(f"id\n{lines}".encode(), 1))
    extract = read("large/")
    assert extract.rows_read == 300_000
    assert extract.frame["id"].iloc[-1] == "299999"


def test_versions_as_of_the_cut_off(bucket, read):
    name, client, _ = bucket
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    client.put_object(Bucket=name, Key="v/a.csv", Body=b"id\nold\n")
    client.put_object(Bucket=name, Key="v/gone.csv", Body=b"id\ngone\n")
    client.delete_object(Bucket=name, Key="v/gone.csv")
    client.put_object(Bucket=name, Key="v/b.csv", Body=b"id\nkept\n")
    # Times are whole seconds: the cut-off must lie in a second of its own.
    time.sleep(2.1)
    cut_off = datetime.now(UTC).replace(microsecond=0)
    client.put_object(Bucket=name, Key="v/a.csv", Body=b"id\nnew\n")
    client.delete_object(Bucket=name, Key="v/b.csv")
    client.put_object(Bucket=name, Key="v/late.csv", Body=b"id\nlate\n")
    extract = read("v/", versions="as_of", until=cut_off)
    assert (list(extract.frame["id"]), extract.broken) == (["old", "kept"], ())
    assert list(read("v/").frame["id"]) == ["new", "late"]


def test_a_bucket_that_keeps_no_versions_says_what_to_do(bucket, read):
    name, client, _ = bucket
    client.put_object(Bucket=name, Key="v/a.csv", Body=b"id\n1\n")
    with pytest.raises(SourceError, match="versioning never enabled; enable it there, or say"):
        read("v/", versions="as_of")
