from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from quarterdeck.errors import LakeError
from quarterdeck.lake.store import LocalStore, MissingObjectError, ObjectStore, S3Store, open_store

if TYPE_CHECKING:
    from pathlib import Path


class FakeS3:
    """As much of S3 as the store uses; lists two keys a page."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    @staticmethod
    def _error(code: str, status: int) -> ClientError:
        response: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
        return ClientError(response, "op")

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        if Key not in self.objects:
            raise self._error("NoSuchKey", 404)
        data = self.objects[Key]
        return {"Body": type("Body", (), {"read": lambda _: data})()}

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        if Key not in self.objects:
            raise self._error("404", 404)
        return {}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, IfNoneMatch: str | None = None) -> None:
        if IfNoneMatch == "*" and Key in self.objects:
            raise self._error("PreconditionFailed", 412)
        self.objects[Key] = Body

    def get_paginator(self, _: str) -> FakeS3:
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> list[dict[str, Any]]:
        keys = sorted(key for key in self.objects if key.startswith(Prefix))
        pages = [keys[start : start + 2] for start in range(0, len(keys), 2)]
        return [{"Contents": [{"Key": key} for key in page]} for page in pages] or [{}]


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "local":
        return LocalStore(tmp_path / "lake")
    return S3Store(FakeS3(), "bucket", "some/prefix", tmp_path / "cache")


def test_created_once(store: ObjectStore) -> None:
    assert store.create("a/b.json", b"1")
    assert not store.create("a/b.json", b"2")
    assert store.get("a/b.json") == b"1"
    store.put("a/b.json", b"3")
    assert store.get("a/b.json") == b"3"
    assert store.exists("a/b.json")


def test_all_keys_below_a_prefix(store: ObjectStore) -> None:
    assert store.list("a/") == []
    for key in ("a/1", "a/2/x", "a/3", "ab/4"):
        store.create(key, b"")
    assert store.list("a/") == ["a/1", "a/2/x", "a/3"]
    assert store.list("a") == ["a/1", "a/2/x", "a/3", "ab/4"]


def test_what_is_not_there(store: ObjectStore) -> None:
    assert not store.exists("a")
    with pytest.raises(MissingObjectError, match="no object a in "):
        store.get("a")
    with pytest.raises(MissingObjectError):
        store.local_path("a")


def test_a_local_path_holds_the_bytes(store: ObjectStore) -> None:
    store.create("x/part.parquet", b"rows")
    assert store.local_path("x/part.parquet").read_bytes() == b"rows"


def test_no_key_leads_out_of_a_folder(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="expected a key inside"):
        LocalStore(tmp_path / "lake").put("../other", b"")


def test_stores_by_url(tmp_path: Path) -> None:
    local = open_store("file://lake", home=tmp_path, s3=FakeS3)
    assert isinstance(local, LocalStore)
    assert local.root == tmp_path / "lake"
    remote = open_store("s3://bucket/harbor/lake", home=tmp_path, s3=FakeS3)
    assert remote.url == "s3://bucket/harbor/lake/"
    with pytest.raises(LakeError, match="expected file://PATH or s3://"):
        open_store("ftp://x", home=tmp_path, s3=FakeS3)
