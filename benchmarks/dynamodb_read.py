"""Rows per second out of DynamoDB: this reader, boto3, awswrangler, and the limit of decoding alone.

All read the same recorded pages, played back inside the process: a server on loopback adds 40 ms a page by
delayed acknowledgement. Runs take turns; the figure is the median. ``--memory`` is the other half, run in a
process of its own: the peak for a million items, of which no two pages are kept.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import orjson
import pandas as pd
import psutil
from boto3.dynamodb.types import TypeDeserializer

from quarterdeck.settings.definition import Dataset
from quarterdeck.settings.sources import DynamoSource
from quarterdeck.sources.definition import Reading
from quarterdeck.sources.reading import read_source
from recorded_pages import ITEMS, KEYS, PER_PAGE, ROUNDS, pages, playing
from results_file import Result, write

if TYPE_CHECKING:
    from collections.abc import Callable

MANY = 1_000_000
COLUMNS = {
    "booking_id": "text", "status": "text", "starts_at": "instant", "ends_at": "instant", "price": "decimal",
    "guests": "integer", "tax": "decimal", "paid": "boolean", "note": "text", "channel": "text",
    "commission": "decimal",
}  # fmt: skip


def source_and_dataset() -> tuple[DynamoSource, Dataset]:
    """The partition that is read, and the dataset that it is read for."""
    source = DynamoSource.model_validate(
        {"from": "dynamodb", "table": "world", "partition": "TENANT#jada", "sort_prefix": "BOOKING#"}
    )
    columns = {name: {"type": kind} for name, kind in COLUMNS.items()}
    return source, Dataset.model_validate(
        {"id": "bookings", "title": "Bookings", "key": ["booking_id"], "timing": "state", "columns": columns}
    )


def ours(client: Any) -> int:
    """This project's reader, to a pandas frame."""
    reading = Reading(
        folder=Path(),
        client=lambda _service: client,
        now=datetime(2026, 4, 1, 6, tzinfo=UTC),
        as_of=date(2026, 3, 31),
        until=datetime(2026, 4, 1, tzinfo=UTC),
    )
    return len(read_source(*source_and_dataset(), reading).frame)


def with_boto3(client: Any) -> int:
    """What a user writes: boto3's paginator, TypeDeserializer, pandas."""
    deserialize = TypeDeserializer().deserialize
    rows = []
    for page in client.get_paginator("query").paginate(
        TableName="world",
        KeyConditionExpression="pk = :pk and begins_with(sk, :sk)",
        ExpressionAttributeValues={":pk": {"S": "TENANT#jada"}, ":sk": {"S": "BOOKING#"}},
    ):
        rows += [{name: deserialize(value) for name, value in row.items()} for row in page["Items"]]
    return len(pd.DataFrame(rows))


def with_awswrangler(python: str) -> float:
    """awswrangler's rows per second, in an environment of its own: it wants an older Arrow."""
    program = Path(__file__).with_name("dynamodb_awswrangler.py")
    told = subprocess.run([python, str(program)], check=True, capture_output=True, text=True).stdout
    return float(told)


def measure(python: str | None) -> list[Result]:
    """All readers on the same pages, in turns."""
    kept = list(pages(ITEMS))
    client = playing(boto3.Session(**KEYS), lambda: iter(kept))
    plain = playing(boto3.Session(**KEYS), lambda: iter(kept))
    readers: dict[str, Callable[[], int]] = {
        "quarterdeck": lambda: ours(client),
        "boto3 + TypeDeserializer + pandas": lambda: with_boto3(plain),
        "orjson decode only": lambda: sum(len(orjson.loads(page)["Items"]) for page in kept),
    }
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(ROUNDS):
        for name, read in readers.items():
            started = time.perf_counter()
            rows = read()
            seconds[name].append(time.perf_counter() - started)
            assert rows == ITEMS, f"{name}: expected {ITEMS} rows, found {rows}"
    rate = {name: ITEMS / statistics.median(taken) for name, taken in seconds.items()}
    if python is not None:
        rate["awswrangler"] = with_awswrangler(python)
    mine = rate.pop("quarterdeck")
    limit = rate.pop("orjson decode only")
    slowest = "boto3 + TypeDeserializer + pandas"
    return [
        Result("DynamoDB read", "rows/s", mine, rate, mine / rate[slowest], 10.0),
        Result(
            "DynamoDB read to the limit", "rows/s", mine, {"orjson decode only": limit}, mine / limit, 0.8
        ),
    ]


def peak_for_many() -> tuple[int, int, int]:
    """Memory before a million items, the peak after, and the bytes of the columns that came out."""
    client = playing(boto3.Session(**KEYS), lambda: pages(PER_PAGE))
    ours(client)  # what is loaded once is not the reader's
    before = psutil.Process().memory_info().rss
    client = playing(boto3.Session(**KEYS), lambda: pages(MANY))
    reading = Reading(
        Path(), lambda _service: client, datetime(2026, 4, 1, 6, tzinfo=UTC), date(2026, 3, 31),
        datetime(2026, 4, 1, tzinfo=UTC),
    )  # fmt: skip
    frame = read_source(*source_and_dataset(), reading).frame
    assert len(frame) == MANY
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return before, after, int(frame.memory_usage(index=False, deep=True).sum())


def memory() -> Result:
    """The peak above the start for a million items, to the size of the columns that are kept."""
    found = subprocess.run(
        [sys.executable, __file__, "--memory"], check=True, capture_output=True, text=True
    ).stdout.split()
    before, after, columns = map(int, found)
    megabyte = 1024 * 1024
    return Result(
        "DynamoDB read of 1,000,000 items: peak memory",
        "MB",
        (after - before) / megabyte,
        {"columns kept": columns / megabyte},
        (after - before) / columns,
        3.0,
        "down",
    )


if __name__ == "__main__":
    if "--memory" in sys.argv:
        print(*peak_for_many())
    else:
        write(
            "dynamodb_read",
            [*measure(os.environ.get("AWSWRANGLER_PYTHON")), memory()],
            ["boto3", "botocore", "pyarrow", "pandas", "orjson"],
        )
