"""S3: every object below a prefix, read as it was listed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from quarterdeck.errors import NothingToReadError, SourceError
from quarterdeck.sources.formats import BrokenFileError, Part, parse
from quarterdeck.sources.parts import assemble, broken_file

if TYPE_CHECKING:
    from datetime import datetime

    from quarterdeck.lake.definition import Quarantined
    from quarterdeck.settings.definition import S3Source
    from quarterdeck.sources.definition import Extract

_READERS = 8  # objects are many and small, and a request is mostly waiting


def read_objects(source: S3Source, *, client: Any, now: datetime) -> Extract:
    """All rows of the objects below the prefix, in order of their keys; ``client`` is boto3's for S3.

    An object that was replaced after it was listed is listed once more; one that can't be read or parsed
    is broken, the others count. Raises SourceError where S3 refuses, NothingToReadError where nothing below
    the prefix can be read.
    """
    location = f"s3://{source.bucket}/{source.prefix}"
    try:
        listed = _listed(client, source.bucket, source.prefix)
        if not listed:
            raise NothingToReadError(f"{location}: expected objects, found none below the prefix")
        with ThreadPoolExecutor(_READERS) as pool:
            parts = list(pool.map(lambda item: _part(client, source, *item), sorted(listed.items())))
    except (ClientError, BotoCoreError) as error:
        raise SourceError(f"{location}: expected to list and read its objects, found: {error}") from error
    return assemble(parts, location=location, now=now)


def _listed(client: Any, bucket: str, prefix: str) -> dict[str, str]:
    """ETag by key, of every page. A key that ends in ``/`` is a folder made by a console, not data."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return {
        item["Key"]: item["ETag"]
        for page in pages
        for item in page.get("Contents", [])
        if not item["Key"].endswith("/")
    }


def _part(client: Any, source: S3Source, key: str, etag: str) -> Part | Quarantined:
    name = key.removeprefix(source.prefix).lstrip("/") or key.rpartition("/")[2]
    try:
        return parse(_bytes(client, source.bucket, key, etag), source.format, name)
    except BrokenFileError as error:
        return broken_file(key, str(error))


def _bytes(client: Any, bucket: str, key: str, etag: str) -> bytes:
    data = _as_listed(client, bucket, key, etag)
    if data is None:
        again = _listed(client, bucket, key).get(key)
        if again is None:
            raise BrokenFileError("was listed, then deleted while it was read")
        data = _as_listed(client, bucket, key, again)
    if data is None:
        raise BrokenFileError("was replaced twice while it was read; run again when its writer is done")
    return data


def _as_listed(client: Any, bucket: str, key: str, etag: str) -> bytes | None:
    """The bytes of the very version that was listed; None where there is another one by now, or none."""
    try:
        body: bytes = client.get_object(Bucket=bucket, Key=key, IfMatch=etag)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in {"PreconditionFailed", "412", "NoSuchKey", "404"}:
            return None
        raise
    return body
