"""Object stores: one small interface, on a local folder and on S3, with conditional creation.

``create`` is what immutability and "exactly one edition" rest on: of two writers one wins, and the
other reads what the winner wrote.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from quarterdeck.errors import LakeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_ATTEMPTS = 5
_DENIED = frozenset({"AccessDenied", "AllAccessDisabled", "403"})  # 403: of HEAD, which has no body


class MissingObjectError(LakeError):
    """There is no object under that key."""


class ObjectStore(Protocol):
    """Bytes under keys (``a/b/c.json``)."""

    url: str

    def get(self, key: str) -> bytes:
        """The bytes under ``key``. Raises MissingObjectError."""

    def exists(self, key: str) -> bool:
        """Whether there is an object under ``key``."""

    def create(self, key: str, data: bytes) -> bool:
        """Write only if absent; False where another object was there, which stays as it is."""

    def put(self, key: str, data: bytes) -> None:
        """Write, replacing what was there."""

    def list(self, prefix: str) -> list[str]:
        """All keys that begin with ``prefix``, sorted."""

    def local_path(self, key: str) -> Path:
        """A local file with the bytes under ``key``: for readers of paths. Raises MissingObjectError."""


class LocalStore:
    """A folder. ``create`` links a finished temporary file into place, so readers never see a part."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.url = root.as_uri() if root.is_absolute() else f"file://{root}"

    def _path(self, key: str) -> Path:
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise LakeError(f"expected a key inside {self.url}, found {key!r}")
        return path

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise MissingObjectError(f"no object {key} in {self.url}") from None

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def _staged(self, path: Path, data: bytes) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".staged-")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return Path(name)

    def create(self, key: str, data: bytes) -> bool:
        path = self._path(key)
        staged = self._staged(path, data)
        try:
            os.link(staged, path)
        except FileExistsError:
            return False
        finally:
            staged.unlink()
        return True

    def put(self, key: str, data: bytes) -> None:
        path = self._path(key)
        self._staged(path, data).replace(path)

    def list(self, prefix: str) -> list[str]:
        folder = self._path(prefix if prefix.endswith("/") else prefix.rpartition("/")[0])
        found = (
            path.relative_to(self.root.resolve()).as_posix()
            for path in folder.rglob("*")
            if path.is_file() and not path.name.startswith(".staged-")
        )
        return sorted(key for key in found if key.startswith(prefix))

    def local_path(self, key: str) -> Path:
        if not self.exists(key):
            raise MissingObjectError(f"no object {key} in {self.url}")
        return self._path(key)


class S3Store:
    """A prefix of a bucket; ``client`` is boto3's S3 client. Readers that want a path get a cached copy."""

    def __init__(self, client: Any, bucket: str, prefix: str, cache: Path) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._cache = LocalStore(cache / bucket / self._prefix)
        self.url = f"s3://{bucket}/{self._prefix}"

    @contextmanager
    def _needing(self, action: str, key: str) -> Iterator[None]:
        """Calls that need an IAM action. Raises LakeError, which names it, where S3 refuses."""
        try:
            yield
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in _DENIED:
                raise
            if action == "s3:GetObject":
                action += " (and s3:ListBucket, without which S3 refuses an absent object as well)"
            raise LakeError(
                f"{self.url}{key}: expected to be allowed {action}, found {code}; allow it to the role of "
                "the portfolio's connection (docs/iam/reader.json)"
            ) from error

    def get(self, key: str) -> bytes:
        try:
            with self._needing("s3:GetObject", key):
                answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                raise MissingObjectError(f"no object {key} in {self.url}") from None
            raise
        body: bytes = answer["Body"].read()
        return body

    def exists(self, key: str) -> bool:
        try:
            with self._needing("s3:GetObject", key):
                self._client.head_object(Bucket=self._bucket, Key=self._prefix + key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
        return True

    def create(self, key: str, data: bytes) -> bool:
        try:
            with self._needing("s3:PutObject", key):
                self._client.put_object(
                    Bucket=self._bucket, Key=self._prefix + key, Body=data, IfNoneMatch="*"
                )
        except ClientError as error:
            # 409: a concurrent conditional write is under way; one of the two wins and is read back.
            if error.response["Error"]["Code"] in {"PreconditionFailed", "ConditionalRequestConflict"}:
                return False
            raise
        return True

    def put(self, key: str, data: bytes) -> None:
        with self._needing("s3:PutObject", key):
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + key, Body=data)

    def list(self, prefix: str) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix + prefix
        )
        with self._needing("s3:ListBucket", prefix):
            return sorted(
                item["Key"].removeprefix(self._prefix) for page in pages for item in page.get("Contents", [])
            )

    def local_path(self, key: str) -> Path:
        # Only immutable objects (snapshots) are read by path, so a copy never goes stale.
        if not self._cache.exists(key):
            self._cache.put(key, self.get(key))
        return self._cache.local_path(key)


def create_or_get(store: ObjectStore, key: str, data: bytes) -> bytes:
    """Write only if absent, and answer what is there now: ``data``, or what another writer wrote first.

    Raises LakeError where neither succeeds: S3 may refuse a write for another one that then fails itself.
    """
    for _ in range(_ATTEMPTS):
        if store.create(key, data):
            return data
        try:
            return store.get(key)
        except MissingObjectError:
            continue
    raise LakeError(f"expected {key} in {store.url} to be written, found neither it nor a way to; try again")


def open_store(url: str, *, home: Path, s3: Callable[[], Any]) -> ObjectStore:
    """The store at ``file://…`` (relative: below ``home``) or ``s3://bucket/prefix``."""
    scheme, _, rest = url.partition("://")
    if scheme == "file" and rest:
        return LocalStore(home / rest)
    if scheme == "s3" and rest:
        bucket, _, prefix = rest.partition("/")
        return S3Store(s3(), bucket, prefix, home / "cache")
    raise LakeError(f"expected file://PATH or s3://BUCKET/PREFIX, found {url!r}")
