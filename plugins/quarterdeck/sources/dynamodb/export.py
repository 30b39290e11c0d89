"""A table's point-in-time export in S3: the same items as a Query or Scan, without reading the table.

Layout and form are AWS's own: ``AWSDynamoDB/<export>/manifest-summary.json`` says whether it is whole and of
when, ``manifest-files.json`` lists gzipped files of lines ``{"Item": {…}}`` in DynamoDB's typed JSON.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from quarterdeck.errors import SourceError
from quarterdeck.sources.dynamodb.decoding import Columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa

    from quarterdeck.settings.sources import DynamoSource, Export
    from quarterdeck.sources.definition import Reading

log = logging.getLogger(__name__)

_ROOT = "AWSDynamoDB/"
_OLDEST = timedelta(days=1)  # before the cut-off: an older one is not that day's
_LINES = 10_000  # at a time: as much of a file as is held as text
_PATIENCE = 3 * 3600.0
_BETWEEN_LOOKS = 30.0


@dataclass(frozen=True)
class _Found:
    """One export: where its list of files is, of when it is, and how many items it says that it has."""

    files: str
    at: datetime
    items: int


def read_export(source: DynamoSource, reading: Reading, names: Sequence[str] | None) -> tuple[pa.Table, str]:
    """The source's items from the newest whole export of the table that is not later than the cut-off.

    With ``start`` one of the very cut-off is asked for, and waited for, where there is none. Raises
    SourceError where the newest is older than a day, or can't be read whole: items are counted against its
    manifest.
    """
    export = source.export
    assert export is not None  # noqa: S101 - whoever calls has looked
    location = f"s3://{export.bucket}/{export.prefix}"
    s3 = reading.client("s3")
    try:
        found = _newest(s3, export, source.table, reading.until)
        if export.start and (found is None or found.at < reading.until):
            _ask_for(reading, export, source.table)
            found = _newest(s3, export, source.table, reading.until)
        if found is None or found.at < reading.until - _OLDEST:
            there = "none" if found is None else f"the newest of {found.at:%Y-%m-%d %H:%M} UTC"
            raise SourceError(
                f"{location}: expected a whole export of table {source.table} of the day before "
                f"{reading.until:%Y-%m-%d %H:%M} UTC, found {there}; export the table (it needs "
                "point-in-time recovery), or set `start: true`"
            )
        table = _read(s3, export, found, source, names)
    except (ClientError, BotoCoreError, OSError, EOFError, ValueError, KeyError) as error:
        raise SourceError(f"{location}: expected to read an export there, found: {error}") from error
    log.info(
        "dynamodb: read export of %s at=%s items=%d kept=%d", source.table, found.at.isoformat(), found.items,
        table.num_rows,
    )  # fmt: skip
    return table, f"{location} (export of dynamodb:{source.table} of {found.at.isoformat()})"


def _newest(s3: Any, export: Export, table: str, until: datetime) -> _Found | None:
    root = _below(export, _ROOT)
    found: list[_Found] = []
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=export.bucket, Prefix=root)
    for page in pages:
        for item in page.get("Contents", []):
            if item["Key"].endswith("/manifest-summary.json"):
                summary = json.loads(s3.get_object(Bucket=export.bucket, Key=item["Key"])["Body"].read())
                if (one := _of_summary(summary, table)) is not None and one.at <= until:
                    found.append(one)
    return max(found, key=lambda one: one.at, default=None)


def _of_summary(summary: dict[str, Any], table: str) -> _Found | None:
    """The export, if it is a full one of the table in a form that is read here."""
    of_table = str(summary.get("tableArn", "")).rpartition("/")[2] == table
    form = summary.get("outputFormat", "DYNAMODB_JSON")
    if not of_table or form != "DYNAMODB_JSON" or summary.get("exportType", "FULL_EXPORT") != "FULL_EXPORT":
        return None
    at = datetime.fromisoformat(str(summary["exportTime"]).replace("Z", "+00:00"))
    return _Found(summary["manifestFilesS3Key"], at.astimezone(UTC), int(summary["itemCount"]))


def _below(export: Export, key: str) -> str:
    return f"{export.prefix.strip('/')}/{key}" if export.prefix.strip("/") else key


def _read(
    s3: Any, export: Export, found: _Found, source: DynamoSource, names: Sequence[str] | None
) -> pa.Table:
    columns, items = Columns(names), 0
    listing = s3.get_object(Bucket=export.bucket, Key=found.files)["Body"].read().decode()
    for line in filter(str.strip, listing.split("\n")):
        described = json.loads(line)
        count = 0
        body = _Summed(s3.get_object(Bucket=export.bucket, Key=described["dataFileS3Key"])["Body"])
        for page, lines in _pages(body, _wanted(source)):
            columns.add(columns.decode(page))
            count += lines
        if described.get("md5Checksum") not in {None, body.checksum}:
            raise ValueError(
                f"{described['dataFileS3Key']}: expected the bytes that its manifest was written for "
                f"(MD5 {described['md5Checksum']}), found others ({body.checksum})"
            )
        if count != described["itemCount"]:
            raise ValueError(
                f"{described['dataFileS3Key']}: expected {described['itemCount']} items "
                f"as its manifest says, found {count}"
            )
        items += count
    if items != found.items:
        raise ValueError(f"expected {found.items} items as the export's summary says, found {items}")
    return columns.table()


class _Summed(io.RawIOBase):
    """A body that is read once, and the checksum of what was read in the form of a manifest."""

    def __init__(self, body: Any) -> None:
        self._body = body
        self._sum = hashlib.md5(usedforsecurity=False)

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        part: bytes = self._body.read(None if size is None or size < 0 else size)
        self._sum.update(part)
        return part

    @property
    def checksum(self) -> str:
        return base64.b64encode(self._sum.digest()).decode()


def _pages(body: _Summed, wanted: Callable[[bytes], bool]) -> Iterator[tuple[bytes, int]]:
    """The wanted items of a file in pages such as a Query gives, never the whole file at once.

    With each page: of how many lines it was made.
    """
    batch: list[bytes] = []
    count = 0
    with gzip.open(body, "rb") as lines:
        for line in filter(bytes.strip, lines):
            count += 1
            if wanted(item := _item(line)):
                batch.append(item)
            if count == _LINES:
                yield b'{"Items":[' + b",".join(batch) + b"]}", count
                batch, count = [], 0
    yield b'{"Items":[' + b",".join(batch) + b"]}", count


def _item(line: bytes) -> bytes:
    """What stands in ``{"Item": …}``: cut out, not decoded."""
    begin, end = line.index(b":") + 1, line.rindex(b"}")
    if not line.lstrip().startswith(b'{"Item"'):
        raise ValueError(f'expected a line {{"Item": …}}, found one that begins with {line[:12]!r}')
    return line[begin:end]


def _wanted(source: DynamoSource) -> Callable[[bytes], bool]:
    """Whether an item is of the source's partition and prefix: an export has those of every tenant.

    Told before anything is made of it: an attribute that only another tenant has is none of this one's.
    """
    if source.partition is None and not source.sort_prefix:
        return lambda _item: True
    fields = {"partition": source.partition_key, "sort": source.sort_key or source.partition_key}
    keys = msgspec.defstruct("Keys", [(name, dict[str, Any] | None, None) for name in fields], rename=fields)
    decoder = msgspec.json.Decoder(keys)

    def wanted(item: bytes) -> bool:
        key: Any = decoder.decode(item)
        if source.partition is not None and (key.partition or {}).get("S") != source.partition:
            return False
        return str((key.sort or {}).get("S", "")).startswith(source.sort_prefix)

    return wanted


def _ask_for(reading: Reading, export: Export, table: str) -> None:
    """Have the table exported as of the cut-off, and wait until it is there."""
    client = reading.client("dynamodb")
    try:
        arn = client.describe_table(TableName=table)["Table"]["TableArn"]
        started = client.export_table_to_point_in_time(
            TableArn=arn,
            ExportTime=reading.until,
            S3Bucket=export.bucket,
            S3Prefix=export.prefix.strip("/"),
            ExportFormat="DYNAMODB_JSON",
            # The same day asked for twice, by a retry or a second worker, is one export.
            ClientToken=f"quarterdeck-{table}-{reading.until:%Y%m%dT%H%M%S}"[:64],
        )["ExportDescription"]
    except ClientError as error:
        raise SourceError(
            f"dynamodb:{table}: expected to start an export of {reading.until.isoformat()}, found: {error}; "
            "it needs dynamodb:ExportTableToPointInTime, the S3 actions of docs/iam/reader.json and recovery "
            "by point in time"
        ) from error
    deadline = time.monotonic() + _PATIENCE
    while started["ExportStatus"] == "IN_PROGRESS":
        if time.monotonic() > deadline:
            raise SourceError(
                f"dynamodb:{table}: expected its export to be done within three hours; clear this task later"
            )
        time.sleep(_BETWEEN_LOOKS)
        started = client.describe_export(ExportArn=started["ExportArn"])["ExportDescription"]
    if started["ExportStatus"] != "COMPLETED":
        raise SourceError(
            f"dynamodb:{table}: its export failed: {started.get('FailureMessage', 'no reason given')}"
        )
