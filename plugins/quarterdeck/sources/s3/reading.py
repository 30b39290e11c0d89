"""The objects of a source as an extract, several read at a time, each a batch of rows at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from quarterdeck.errors import NothingToReadError, SourceError
from quarterdeck.sources.formats import BrokenFileError
from quarterdeck.sources.formats.definition import shown_name
from quarterdeck.sources.parts import Part, PartReader, broken_file
from quarterdeck.sources.s3.body import Body, ReplacedError
from quarterdeck.sources.s3.listing import current, listed

if TYPE_CHECKING:
    from quarterdeck.lake.definition import Quarantined
    from quarterdeck.settings.definition import Dataset
    from quarterdeck.settings.sources import S3Source
    from quarterdeck.sources.definition import Extract, Reading
    from quarterdeck.sources.s3.listing import Listed

_READERS = 8  # objects are many and small, and a request is mostly waiting


def read_objects(source: S3Source, dataset: Dataset, reading: Reading) -> Extract:
    """All rows of the objects that the day needs, in order of their keys.

    An object that was replaced after it was listed is listed once more; one that can't be read or parsed
    is broken, the others count. When the newest of them was written is when they arrived. Raises SourceError
    where S3 refuses, NothingToReadError where nothing can be read.
    """
    client = reading.client("s3")
    location = f"s3://{source.bucket}/{source.prefix}"
    reader = PartReader(source, dataset, location)
    try:
        objects = listed(client, source, reading)
        if not objects:
            raise NothingToReadError(f"{location}: expected objects, found none below the prefix")
        with ThreadPoolExecutor(_READERS) as pool:
            parts = list(pool.map(lambda item: _part(client, source.bucket, item, reader), objects))
    except (ClientError, BotoCoreError) as error:
        advice = "; allow it to the role of the portfolio's connection (docs/iam/reader.json)"
        refused = isinstance(error, ClientError) and error.response["Error"]["Code"] in {
            "AccessDenied",
            "403",
        }
        raise SourceError(
            f"{location}: expected to list and read its objects, found: {error}{advice if refused else ''}"
        ) from error
    newest = max(item.arrived_at for item in objects)
    return reader.extract(parts, now=reading.now, arrived_at=newest)


def _part(client: Any, bucket: str, item: Listed, reader: PartReader) -> Part | Quarantined:
    try:
        if item.unclear is not None:
            raise BrokenFileError(item.unclear)
        return _read(client, bucket, item, reader)
    except BrokenFileError as error:
        return broken_file(item.key, str(error))


def _read(client: Any, bucket: str, item: Listed, reader: PartReader) -> Part:
    try:
        return _as_listed(client, bucket, item, item.etag, reader)
    except ReplacedError:
        etag = None if item.version is not None else current(client, bucket, item.key)
    if etag is None:
        raise BrokenFileError("was listed, then deleted while it was read")
    try:
        return _as_listed(client, bucket, item, etag, reader)
    except ReplacedError:
        raise BrokenFileError(
            "was replaced twice while it was read; run again when its writer is done"
        ) from None


def _as_listed(client: Any, bucket: str, item: Listed, etag: str, reader: PartReader) -> Part:
    """The rows of the very state that has this ETag: what was read of another one is forgotten."""
    with closing(Body(client, bucket, item.key, etag, item.version)) as body:
        return reader.read(body, shown_name(item.name))  # type: ignore[arg-type]
