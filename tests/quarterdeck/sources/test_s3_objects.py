"""Objects in S3: which are listed, and what happens while they are read."""

import io
import logging
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError, FlexibleChecksumError, IncompleteReadError

from quarterdeck.errors import SourceError
from quarterdeck.settings.sources import S3Source
from quarterdeck.sources.definition import SOURCE_KEY
from quarterdeck.sources.reading import read_source
from quarterdeck.sources.s3 import body, listing

UNTIL = datetime(2026, 5, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(body, "_PAUSE", 0)


def source(prefix="in/", form="csv", **more):
    return S3Source.model_validate({"from": "s3", "bucket": "b", "prefix": prefix, "format": form, **more})


class Stream(io.BytesIO):
    """A body that breaks off: after so many bytes it raises instead."""

    def __init__(self, data, until=None, error=None):
        super().__init__(data)
        self.until, self.error = until, error

    def read(self, size=-1):
        if self.error is not None and self.tell() >= self.until:
            raise self.error
        return super().read(size if self.error is None else min(size, self.until - self.tell()))


class Bucket:
    """An S3 of dicts. ``breaks``: what the next bodies break off with, and after how many bytes."""

    def __init__(self, objects, breaks=()):
        self.objects, self.breaks = dict(objects), list(breaks)
        self.times = {}
        self.listed, self.asked = [], []
        self.on_get = lambda key: None

    def get_paginator(self, name):
        assert name == "list_objects_v2"
        return self

    def paginate(self, Bucket, Prefix):
        keys = sorted(key for key in self.objects if key.startswith(Prefix))
        for start in range(0, max(len(keys), 1), 1000):
            self.listed.append(Prefix)
            yield {"Contents": [self._item(key) for key in keys[start : start + 1000]]}

    def _item(self, key):
        time = self.times.get(key, UNTIL)
        return {"Key": key, "ETag": f'"{hash(self.objects[key])}"', "LastModified": time}

    def get_object(self, Bucket, Key, IfMatch, Range="bytes=0-"):
        self.on_get(Key)
        self.asked.append(Range)
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        if IfMatch != f'"{hash(self.objects[Key])}"':
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "GetObject")
        start = int(Range.removeprefix("bytes=").removesuffix("-"))
        data = self.objects[Key]
        until, error = self.breaks.pop(0) if self.breaks else (None, None)
        return {
            "Body": Stream(data[start:], until, error),
            "ContentLength": len(data) - start,
            "ContentRange": f"bytes {start}-{len(data) - 1}/{len(data)}",
        }


@pytest.fixture
def read(reading, dataset):
    def call(bucket, chosen=None, **changes):
        return read_source(chosen or source(), dataset(id="text"), reading(bucket, **changes))

    return call


def ids(extract):
    return list(extract.frame["id"])


# --- listing -----------------------------------------------------------------------------------------


def test_of_100_000_keys_only_the_prefixes_of_the_wanted_days_are_listed(read):
    days = [UNTIL - timedelta(days=back) for back in range(1, 3334)]
    keys = {f"logs/{day:%Y/%m/%d}/{number:02}.csv": b"id\n1\n" for day in days for number in range(30)}
    bucket = Bucket(keys)
    assert len(keys) == 99_990
    extract = read(bucket, source("logs/{%Y/%m/%d}/"))
    assert (extract.rows_read, bucket.listed) == (30, ["logs/2026/05/01/"])
    assert extract.frame[SOURCE_KEY].iloc[0] == "2026/05/01/00.csv:2"
    assert read(bucket, source("logs/{%Y/%m/%d}/", days=3)).rows_read == 90
    assert bucket.listed[1:] == ["logs/2026/04/29/", "logs/2026/04/30/", "logs/2026/05/01/"]


def test_days_of_one_month_are_one_prefix(read, reading):
    monthly = source("m={%Y-%m}/", days=40)
    assert listing.prefixes(monthly, reading(None)) == ["m=2026-03/", "m=2026-04/", "m=2026-05/"]
    assert listing.prefixes(source("a{b}/"), reading(None)) == ["a{b}/"]


def test_match_leaves_out_what_the_rest_of_the_key_does_not_fit(read):
    bucket = Bucket(dict.fromkeys(("in/a.csv", "in/a.csv.md5", "in/x/b.csv", "in/done/"), b"id\n1\n"))
    assert len(ids(read(bucket, source(match="*.csv")))) == 2
    assert len(ids(read(bucket, source(match="a*.csv")))) == 1


def test_when_the_newest_arrived_is_known(read):
    bucket = Bucket({"in/a.csv": b"id\n1\n", "in/b.csv": b"id\n2\n"})
    bucket.times = {"in/a.csv": UNTIL + timedelta(hours=3), "in/b.csv": UNTIL}
    assert read(bucket).arrived_at == UNTIL + timedelta(hours=3)


def test_odd_keys_and_hostile_ones(read):
    bucket = Bucket({"in/ü 1+2%20.csv": b"id\n1\n", "in/a\nevil\x1b.csv": b"", "in/me@mail.example": b""})
    extract = read(bucket)
    assert extract.frame[SOURCE_KEY].tolist() == ["ü 1+2%20.csv:2"]
    assert [bad.keys[0] for bad in extract.broken] == ["in/a\\nevil\\x1b.csv", "in/(address)"]


# --- while it is read --------------------------------------------------------------------------------

CUT = IncompleteReadError(actual_bytes=5, expected_bytes=9)


@pytest.mark.parametrize("error", [CUT, ConnectionResetError("reset"), TimeoutError("slow")])
def test_a_body_that_breaks_off_goes_on_at_that_byte(read, error, caplog):
    caplog.set_level(logging.INFO)
    bucket = Bucket({"in/a.csv": b"id\n1\n2\n3\n"}, [(5, error), (2, error)])
    extract = read(bucket)
    assert ids(extract) == ["1", "2", "3"]
    assert bucket.asked == ["bytes=0-", "bytes=5-", "bytes=7-"]
    assert "in/a.csv ended early at byte=5 of=9" in caplog.text
    assert "files: read s3://b/in/ files=1 broken_files=0 bytes=9 rows=3 seconds=" in caplog.text


def test_a_body_that_ends_early_without_an_error_is_noticed_by_its_length(read):
    bucket = Bucket({"in/a.csv": b"id\n1\n2\n3\n"})
    whole = bucket.get_object
    bodies = iter([b"id\n1\n"])

    def short(**asked):
        answer = whole(**asked)
        return {**answer, "Body": io.BytesIO(next(bodies, None) or answer["Body"].read())}

    bucket.get_object = short
    assert ids(read(bucket)) == ["1", "2", "3"]
    assert bucket.asked == ["bytes=0-", "bytes=5-"]


def test_a_body_that_always_breaks_off_at_the_same_byte_is_broken(read):
    bucket = Bucket({"in/a.csv": b"id\n1\n2\n", "in/b.csv": b"id\n9\n"})
    whole = bucket.get_object

    def breaks(**asked):
        answer = whole(**asked)
        if asked["Key"] == "in/a.csv":
            left = 5 - int(asked.get("Range", "bytes=0-")[6:-1])
            answer["Body"] = Stream(answer["Body"].read(), left, CUT)
        return answer

    bucket.get_object = breaks
    extract = read(bucket)
    assert ids(extract) == ["9"]
    reason = "expected 7 bytes, found that the connection ended at byte 5, 5 times"
    assert [(bad.keys, bad.reason) for bad in extract.broken] == [(("in/a.csv",), reason)]


def test_bytes_of_another_checksum_are_broken(read):
    error = FlexibleChecksumError(error_msg="Expected checksum x did not match y")
    extract = read(_checksum(error))
    assert extract.broken[0].reason == "expected the bytes of its checksum, found others"


def _checksum(error):
    bucket = Bucket({"in/a.csv": b"id\n1\n", "in/b.csv": b"id\n2\n"})
    whole = bucket.get_object

    def get(**asked):
        answer = whole(**asked)
        return {**answer, "Body": Stream(b"id\n1\n", 5, error)} if asked["Key"] == "in/a.csv" else answer

    bucket.get_object = get
    return bucket


def test_an_object_replaced_half_way_is_read_again_from_its_beginning(read):
    bucket = Bucket({"in/a.csv": b"id\n1\n2\n"}, [(5, CUT)])

    def replace(_key):
        if bucket.asked:
            bucket.objects["in/a.csv"] = b"id\n7\n8\n"

    bucket.on_get = replace
    assert ids(read(bucket)) == ["7", "8"]


def test_an_object_deleted_between_listing_and_reading_is_broken(read):
    bucket = Bucket({"in/a.csv": b"id\n1\n", "in/b.csv": b"id\n2\n"})
    bucket.on_get = lambda _key: bucket.objects.pop("in/b.csv", None)
    extract = read(bucket)
    assert [bad.reason for bad in extract.broken] == ["was listed, then deleted while it was read"]


def test_an_archived_object_is_broken_and_a_refusal_is_not(read):
    for code, outcome in (("InvalidObjectState", None), ("AccessDenied", SourceError)):
        bucket = Bucket({"in/a.csv": b"id\n1\n", "in/b.csv": b"id\n2\n"})

        def refuse(key, code=code):
            if key == "in/a.csv":
                raise ClientError({"Error": {"Code": code}}, "GetObject")

        bucket.on_get = refuse
        if outcome is None:
            assert "archive class" in read(bucket).broken[0].reason
        else:
            with pytest.raises(outcome, match="AccessDenied"):
                read(bucket)


# --- versions ----------------------------------------------------------------------------------------


class Versions:
    """A listing of versions, newest first, and of delete markers: (key, seconds before UNTIL, id)."""

    def __init__(self, versions, deletions=(), latest=()):
        self.pages = [
            {
                "Versions": [self._state(*each, latest) for each in versions],
                "DeleteMarkers": [self._state(*each, latest) for each in deletions],
            }
        ]

    @staticmethod
    def _state(key, before, version, latest):
        time = UNTIL - timedelta(seconds=before)
        state = {"Key": key, "VersionId": version, "LastModified": time, "ETag": f'"{version}"'}
        return {**state, "IsLatest": version in latest}

    def get_bucket_versioning(self, Bucket):
        return {"Status": "Enabled"}

    def get_paginator(self, _name):
        return self

    def paginate(self, **_asked):
        return self.pages


def chosen(reading, *states, **latest):
    found = listing.listed(Versions(*states, **latest), source(versions="as_of"), reading(None))
    return {item.key: "?" if item.unclear else item.version for item in found}


def test_the_version_that_was_current_at_the_cut_off(reading):
    versions = [("in/a", -5, "a3"), ("in/a", 0, "a2"), ("in/a", 1, "a1"), ("in/b", -1, "b1")]
    assert chosen(reading, versions) == {"in/a": "a1"}


def test_deleted_before_is_not_there_and_deleted_after_is(reading):
    versions = [("in/a", 9, "a1"), ("in/b", 9, "b1"), ("in/c", 9, "c1")]
    deletions = [("in/a", 5, "a2"), ("in/b", -5, "b2"), ("in/c", 20, "c0")]
    assert chosen(reading, versions, deletions) == {"in/b": "b1", "in/c": "c1"}


def test_of_two_states_of_one_second_the_first_listed_is_newer(reading):
    assert chosen(reading, [("in/a", 9, "newer"), ("in/a", 9, "older")]) == {"in/a": "newer"}
    states = [("in/a", 9, "a1")], [("in/a", 9, "a2")]
    assert chosen(reading, *states, latest=("a1",)) == {"in/a": "a1"}
    assert chosen(reading, *states, latest=("a2",)) == {}
    assert chosen(reading, *states) == {"in/a": "?"}
