"""Puts a world into DynamoDB and S3 through the public AWS API, and takes the one before it away.

Which world is there is written in the bucket itself, last: a load that was cut off is done again. Nothing
outside the sources' own table and bucket is touched.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import simplejson
from botocore.exceptions import ClientError

from quarterdeck.demo.world.objects import objects_of, partition
from quarterdeck.errors import QuarterdeckError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from quarterdeck.demo.world.businesses import World
    from quarterdeck.demo.world.objects import Objects

TABLE, BUCKET = "harbor-operations", "harbor-sources"
MARKER = "_world.json"
_BATCH = 25  # of BatchWriteItem
_DELETE_BATCH = 1000  # of DeleteObjects
_WORKERS = 8
_ATTEMPTS = 8


class LoadError(QuarterdeckError):
    """The demo world could not be loaded whole."""


@dataclass(frozen=True)
class Loaded:
    """How much was written."""

    items: int
    files: int


@dataclass(frozen=True)
class Placed:
    """What is there now, and what had to be done for it (``loaded`` None: nothing)."""

    seed: int
    anchor: str
    loaded: Loaded | None
    replaced: str | None  # the anchor day of the world that was there

    def __str__(self) -> str:
        if self.loaded is None:
            return f"demo world of {self.anchor} is there already"
        what = f"{self.loaded.items} items and {self.loaded.files} files loaded"
        instead = f", which replaces the world of {self.replaced}" if self.replaced else ""
        return f"demo world of {self.anchor}{instead}: {what}"


def place(world: World, client: Callable[[str], Any], *, table: str = TABLE, bucket: str = BUCKET) -> Placed:
    """Make this the world that the sources hold; nothing is written where it is already.

    ``client`` gives boto3's low-level client of a service. Raises LoadError, and botocore's own errors.
    """
    objects = objects_of(world)
    anchor = world.anchor.isoformat()
    marker = {"seed": world.seed, "anchor": anchor, "hash": objects.hash}
    there = _marker(client("s3"), bucket)
    if there == marker:
        return Placed(world.seed, anchor, None, None)
    _clear(world, client, table=table, bucket=bucket)
    loaded = _load(objects, client, table=table, bucket=bucket)
    client("s3").put_object(Bucket=bucket, Key=MARKER, Body=simplejson.dumps(marker).encode())
    return Placed(world.seed, anchor, loaded, there["anchor"] if there else None)


def load(world: World, client: Callable[[str], Any], *, table: str = TABLE, bucket: str = BUCKET) -> Loaded:
    """Write all items and files, creating table and bucket where they are absent; takes nothing away."""
    return _load(objects_of(world), client, table=table, bucket=bucket)


def _load(objects: Objects, client: Callable[[str], Any], *, table: str, bucket: str) -> Loaded:
    dynamodb, s3 = client("dynamodb"), client("s3")
    ensure_table(dynamodb, table)
    ensure_bucket(s3, bucket)
    puts = [{"PutRequest": {"Item": item}} for item in objects.items]
    _write(dynamodb, table, puts)
    _each(
        lambda file: s3.put_object(Bucket=bucket, Key=file[0], Body=file[1]),
        objects.files.items(),
    )
    return Loaded(len(objects.items), len(objects.files))


def _marker(s3: Any, bucket: str) -> dict[str, Any] | None:
    try:
        body = s3.get_object(Bucket=bucket, Key=MARKER)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchBucket", "404"}:
            return None
        raise
    marker: dict[str, Any] = simplejson.loads(body)
    return marker


# --- creating ----------------------------------------------------------------------------------------


def ensure_table(dynamodb: Any, table: str) -> None:
    """The table in single-table layout (``pk``, ``sk``), created where it is absent."""
    try:
        dynamodb.create_table(
            TableName=table,
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceInUseException":
            raise
    waiter = dynamodb.get_waiter("table_exists")
    waiter.wait(TableName=table, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def ensure_bucket(s3: Any, bucket: str) -> None:
    """The bucket, created in the client's Region where it is absent."""
    region = s3.meta.region_name
    # us-east-1 is the one Region that must not be named.
    place_of = {} if region == "us-east-1" else {"LocationConstraint": region}
    extra = {"CreateBucketConfiguration": place_of} if place_of else {}
    try:
        s3.create_bucket(Bucket=bucket, **extra)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
            raise


# --- writing and taking away -------------------------------------------------------------------------


def _each(do: Callable[[Any], Any], what: Iterable[Any]) -> None:
    with ThreadPoolExecutor(_WORKERS) as pool:
        list(pool.map(do, what))


def _batches(requests: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [requests[start : start + size] for start in range(0, len(requests), size)]


def _write(dynamodb: Any, table: str, requests: Sequence[dict[str, Any]]) -> None:
    _each(lambda batch: _write_batch(dynamodb, table, batch), _batches(requests, _BATCH))


def _write_batch(dynamodb: Any, table: str, batch: Sequence[dict[str, Any]]) -> None:
    """One batch; what DynamoDB did not process (it is throttling) is asked again, ever more slowly."""
    left = list(batch)
    for attempt in range(_ATTEMPTS):
        answer = dynamodb.batch_write_item(RequestItems={table: left})
        left = answer.get("UnprocessedItems", {}).get(table, [])
        if not left:
            return
        time.sleep(0.05 * 2**attempt)
    raise LoadError(
        f"expected DynamoDB to take all items of {table}, found {len(left)} of a batch unprocessed after "
        f"{_ATTEMPTS} attempts; try again when the table is no longer throttled"
    )


def _clear(world: World, client: Callable[[str], Any], *, table: str, bucket: str) -> None:
    """Remove the marker, then the tenants' files and their partitions of the table, where there are any."""
    with _absent_is_empty("NoSuchBucket"):
        client("s3").delete_object(Bucket=bucket, Key=MARKER)
        for tenant in world.tenants:
            _clear_prefix(client("s3"), bucket, f"{tenant}/")
    with _absent_is_empty("ResourceNotFoundException"):
        for tenant in world.tenants:
            _clear_partition(client("dynamodb"), table, partition(tenant))


@contextmanager
def _absent_is_empty(code: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise


def _clear_prefix(s3: Any, bucket: str, prefix: str) -> None:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [{"Key": item["Key"]} for page in pages for item in page.get("Contents", [])]
    for batch in _batches(keys, _DELETE_BATCH):
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": batch, "Quiet": True})
        if failed := answer.get("Errors"):
            raise LoadError(
                f"expected to remove the former world from s3://{bucket}, found {len(failed)} objects that "
                f"stay: {failed[0].get('Code')} for {failed[0].get('Key')}; may the caller delete there?"
            )


def _clear_partition(dynamodb: Any, table: str, key: str) -> None:
    pages = dynamodb.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": key}},
        ProjectionExpression="pk, sk",
    )
    _write(dynamodb, table, [{"DeleteRequest": {"Key": item}} for page in pages for item in page["Items"]])
